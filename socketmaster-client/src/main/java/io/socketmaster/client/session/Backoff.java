package io.socketmaster.client.session;

import java.time.Duration;

/**
 * How long to wait before another attempt: twice as long each time, up to a limit, of which a random half is taken off so
 * that services that lost the same daemon do not all come back in the same moment. Pure; the caller counts and throws the
 * dice.
 *
 * @param first longest wait before the first attempt; default 50 ms
 * @param max longest wait ever; default 5 s
 */
public record Backoff(Duration first, Duration max) {
    public static final Backoff DEFAULT = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5));

    /** Doublings after which any sensible first wait is beyond any sensible limit. */
    private static final int MAX_DOUBLINGS = 32;

    public Backoff {
        if (first.isNegative() || first.isZero() || max.compareTo(first) < 0 || max.toDays() > 1) {
            throw new IllegalArgumentException(
                    "a backoff from " + first + " to " + max
                            + " is not possible; the first wait must be positive, and the longest no shorter and at most a day");
        }
    }

    /**
     * @param attempt which attempt since the last success the wait precedes, from 1
     * @param random from 0 (inclusive) to 1 (exclusive)
     */
    public Duration delay(int attempt, double random) {
        if (attempt < 1 || random < 0 || random >= 1) {
            throw new IllegalArgumentException("attempt " + attempt + " or random " + random + " is out of range");
        }
        double doubled = first.toNanos() * Math.pow(2, Math.min(attempt - 1, MAX_DOUBLINGS));
        double longest = Math.min(doubled, max.toNanos());
        return Duration.ofNanos((long) (longest / 2 + longest / 2 * random));
    }
}
