package io.socketmaster.benchmarks.load;

import java.time.Duration;

/** Counts durations in buckets that are at most a sixteenth wide, up to about a minute. Confined to one thread. */
final class LatencyHistogram {
    /** Buckets for each doubling. */
    private static final int STEPS = 16;

    private static final int STEP_BITS = Integer.numberOfTrailingZeros(STEPS);
    private static final int DOUBLINGS = 26;

    private final long[] counts = new long[STEPS * DOUBLINGS];
    private long total;

    void add(long nanos) {
        counts[bucketOf(nanos / 1_000)]++;
        total++;
    }

    void addAll(LatencyHistogram other) {
        for (int bucket = 0; bucket < counts.length; bucket++) {
            counts[bucket] += other.counts[bucket];
        }
        total += other.total;
    }

    private static int bucketOf(long micros) {
        if (micros < STEPS) {
            return (int) Math.max(0, micros);
        }
        int doubling = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        int step = (int) (micros >>> (doubling - STEP_BITS)) - STEPS;
        return Math.min(STEPS * (doubling - STEP_BITS + 1) + step, STEPS * DOUBLINGS - 1);
    }

    private static long lowestMicrosOf(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        return (long) (bucket % STEPS + STEPS) << (bucket / STEPS - 1);
    }

    /** The duration that the given share of all (0 to 1) does not exceed, to a sixteenth; zero if there are none. */
    Duration percentile(double share) {
        long rank = (long) Math.ceil(total * share);
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= rank && seen > 0) {
                return Duration.ofNanos(lowestMicrosOf(bucket + 1) * 1_000);
            }
        }
        return Duration.ZERO;
    }
}
