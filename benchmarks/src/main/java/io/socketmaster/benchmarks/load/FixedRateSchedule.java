package io.socketmaster.benchmarks.load;

/** When requests are due: the first at 0, then one after the other at the same distance. Confined to one thread. */
final class FixedRateSchedule {
    private static final double NANOS = 1e9;

    private final double perSecond;
    private long taken;

    /** @param perSecond more than 0 */
    FixedRateSchedule(double perSecond) {
        if (!(perSecond > 0)) {
            throw new IllegalArgumentException("a rate of " + perSecond + " requests a second");
        }
        this.perSecond = perSecond;
    }

    /** Whether one that was not taken is due so long after the start. */
    boolean hasDue(long sinceNanos) {
        return dueNanos() <= sinceNanos;
    }

    /** Takes the next one. @return when it is due, after the start */
    long next() {
        long due = dueNanos();
        taken++;
        return due;
    }

    private long dueNanos() {
        return (long) (taken * NANOS / perSecond);
    }
}
