package io.socketmaster.benchmarks.chaos.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What all clients of one kind have seen. Thread-safe. */
public final class Tally {
    /** Enough to see what is going on. */
    private static final int KEPT_DETAILS = 5;

    private final Kind kind;
    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private final List<String> details = new ArrayList<>();
    private long longestNanos;
    private long connections;

    Tally(Kind kind) {
        this.kind = kind;
    }

    synchronized void right(long nanos) {
        counts.merge(Outcome.RIGHT, 1L, Long::sum);
        longestNanos = Math.max(longestNanos, nanos);
    }

    synchronized void bad(Outcome outcome, String detail) {
        counts.merge(outcome, 1L, Long::sum);
        if (outcome != Outcome.ENDED && details.size() < KEPT_DETAILS) {
            details.add(kind + ": " + outcome + ": " + detail);
        }
    }

    synchronized void connected() {
        connections++;
    }

    public Kind kind() {
        return kind;
    }

    public synchronized long count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0L);
    }

    public synchronized long total() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The longest time from an exchange's beginning to its right end. */
    public synchronized long longestNanos() {
        return longestNanos;
    }

    public synchronized long connections() {
        return connections;
    }

    /** The first exchanges that did not come out right. */
    public synchronized List<String> details() {
        return List.copyOf(details);
    }
}
