package io.socketmaster.server.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How fast a request's body comes in while it is asked for: a client that dribbles must not keep a stream of its service busy
 * for ever. Time in which nobody asks, because the service or the hold is slow, does not count. Pure; its clock is the
 * caller's.
 */
final class BodyPace {
    private final int bytesPerSecond;
    private final long graceNanos;
    private long bytes;
    private long askedNanos;
    private long askedAt;
    private boolean asked;

    /**
     * @param bytesPerSecond the least average
     * @param grace how long the pace may be anything
     */
    BodyPace(int bytesPerSecond, Duration grace) {
        this.bytesPerSecond = bytesPerSecond;
        this.graceNanos = grace.toNanos();
    }

    /** The client may send. Any number of times until {@link #came}. */
    void ask(long nowNanos) {
        if (!asked) {
            asked = true;
            askedAt = nowNanos;
        }
    }

    void came(int more, long nowNanos) {
        bytes += more;
        if (asked) {
            asked = false;
            askedNanos += nowNanos - askedAt;
        }
    }

    /** How long the next piece may take before the pace is too slow, whatever comes then; not negative. */
    Duration patience() {
        long earnedNanos = (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        return Duration.ofNanos(Math.max(0, Math.max(graceNanos, earnedNanos) - askedNanos));
    }
}
