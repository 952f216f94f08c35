package io.socketmaster.server;

import java.util.function.LongSupplier;

/**
 * Lets so many through in each second and counts the rest, so that what strangers can cause as often as they like does not
 * fill a disk. Thread-safe.
 */
final class RateLimit {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int perSecond;
    private final LongSupplier nanoTime;
    private long secondStart;
    private int inSecond;
    private long suppressed;

    RateLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
        this.secondStart = nanoTime.getAsLong();
    }

    /** @return how many were kept back since the last one that was let through; -1 if this one is kept back too */
    synchronized long tryPass() {
        long now = nanoTime.getAsLong();
        if (now - secondStart >= SECOND_NANOS) {
            secondStart = now;
            inSecond = 0;
        }
        if (inSecond >= perSecond) {
            suppressed++;
            return -1;
        }
        inSecond++;
        long keptBack = suppressed;
        suppressed = 0;
        return keptBack;
    }
}
