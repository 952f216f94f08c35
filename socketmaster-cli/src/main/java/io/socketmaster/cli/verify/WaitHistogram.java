package io.socketmaster.cli.verify;

/**
 * Waits in buckets whose width is at most 1/128 of their value, so that percentiles of any number of requests cost 60 KB
 * and are less than 1 % too high. Not thread-safe.
 */
final class WaitHistogram {
    /** Values of a power of two share this many buckets; below twice that, each value has its own. */
    private static final int HALF = 128;

    private static final int HALF_BITS = 7;

    private final long[] counts = new long[(Long.SIZE - HALF_BITS) * HALF];
    private long total;

    void add(long micros) {
        counts[index(Math.max(0, micros))]++;
        total++;
    }

    /** The wait that {@code percent} of all do not exceed; 0 without any. */
    long percentileMicros(double percent) {
        long rank = Math.max(1, (long) Math.ceil(total * percent / 100));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (total > 0 && seen >= rank) {
                return highestOf(i);
            }
        }
        return 0;
    }

    private static int index(long value) {
        int shift = Math.max(0, Long.SIZE - HALF_BITS - 1 - Long.numberOfLeadingZeros(value));
        return shift * HALF + (int) (value >>> shift);
    }

    private static long highestOf(int index) {
        int shift = Math.max(0, index / HALF - 1);
        long lowest = (long) (index - shift * HALF) << shift;
        return lowest + (1L << shift) - 1;
    }
}
