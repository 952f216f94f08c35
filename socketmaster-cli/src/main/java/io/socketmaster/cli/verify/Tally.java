package io.socketmaster.cli.verify;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Counts what becomes of requests: each that was {@link #sent} is {@link #answered} or {@link #lost}, once. Belongs to the
 * load generator's event loop until the last request is settled.
 */
final class Tally {
    private static final long NANOS_PER_MICRO = 1_000;

    /** A loss as it was seen. */
    record Incident(Loss kind, String detail, long dueNanos) {}

    private final WaitHistogram waits = new WaitHistogram();
    private final SortedMap<Integer, Long> statuses = new TreeMap<>();
    private final Map<Loss, Long> losses = new EnumMap<>(Loss.class);
    private long sent;
    private long answered;
    private long lost;
    private long retried;
    private long longestNanos;
    private long longestDueNanos;
    private Optional<Incident> firstLoss = Optional.empty();

    void sent() {
        sent++;
    }

    void retried() {
        retried++;
    }

    void answered(int status, long dueNanos, long nowNanos) {
        answered++;
        statuses.merge(status, 1L, Long::sum);
        long wait = nowNanos - dueNanos;
        waits.add(wait / NANOS_PER_MICRO);
        if (wait > longestNanos) {
            longestNanos = wait;
            longestDueNanos = dueNanos;
        }
    }

    void lost(Incident incident) {
        lost++;
        losses.merge(incident.kind(), 1L, Long::sum);
        if (firstLoss.isEmpty()) {
            firstLoss = Optional.of(incident);
        }
    }

    boolean isSettled() {
        return sent == answered + lost;
    }

    long sentSoFar() {
        return sent;
    }

    long answeredSoFar() {
        return answered;
    }

    long lossesOf(Loss kind) {
        return losses.getOrDefault(kind, 0L);
    }

    long lostSoFar() {
        return lost;
    }

    long retriedSoFar() {
        return retried;
    }

    SortedMap<Integer, Long> statuses() {
        return new TreeMap<>(statuses);
    }

    /** Longest wait of a request that was answered. */
    long longestNanos() {
        return longestNanos;
    }

    /** When the request with the longest wait was due. */
    long longestDueNanos() {
        return longestDueNanos;
    }

    long percentileMicros(double percent) {
        return waits.percentileMicros(percent);
    }

    Optional<Incident> firstLoss() {
        return firstLoss;
    }
}
