package io.socketmaster.cli.verify;

/**
 * When each request is due, whatever became of the ones before it. Pure.
 *
 * @param startNanos on the clock of {@link System#nanoTime}
 * @param perSecond requests a second
 */
record Schedule(long startNanos, int perSecond) {
    private static final long SECOND_NANOS = 1_000_000_000L;

    /** When request {@code number}, counted from 0, is due. Rounding does not add up: each is computed from the start. */
    long dueNanos(long number) {
        long seconds = number / perSecond;
        long rest = number % perSecond;
        return startNanos + seconds * SECOND_NANOS + rest * SECOND_NANOS / perSecond;
    }
}
