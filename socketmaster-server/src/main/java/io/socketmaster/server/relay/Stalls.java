package io.socketmaster.server.relay;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The clients that take nothing at this moment, for the case that there is no memory left for what waits for them. Any
 * thread. As large as there are connections and streams that wait.
 */
public final class Stalls {
    /** A client that takes its answer in large pieces stalls for less, again and again. */
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** One in so many goes at a time: what is free again shows only after they are gone. */
    private static final int PORTION = 4;

    /** Somebody who does not take what we have for them. Whoever implements it is equal to itself only. */
    public interface Stalled {
        /** Since when, on {@link System#nanoTime}'s clock. */
        long sinceNanos();

        /** Cuts it off if it has taken nothing still. Any thread. */
        void cutOff();
    }

    private final Set<Stalled> now = ConcurrentHashMap.newKeySet();

    /** From now on {@code stalled} may be cut off. */
    public void begin(Stalled stalled) {
        now.add(stalled);
    }

    /** It takes something again, or is gone. Does nothing to one that has not begun. */
    public void end(Stalled stalled) {
        now.remove(stalled);
    }

    /** Cuts off a quarter of those that have taken nothing for a while, one at least, longest first. */
    public void cutOffLongest(long nowNanos) {
        record Candidate(Stalled stalled, long nanos) {}
        // A stall's time is read once: it may begin anew while the list is being sorted.
        List<Candidate> longest = now.stream()
                .map(stalled -> new Candidate(stalled, nowNanos - stalled.sinceNanos()))
                .filter(candidate -> candidate.nanos() >= SHORTEST_NANOS)
                .sorted(Comparator.comparingLong(Candidate::nanos).reversed())
                .toList();
        longest.stream()
                .limit((longest.size() + PORTION - 1) / PORTION)
                .forEach(candidate -> candidate.stalled().cutOff());
    }
}
