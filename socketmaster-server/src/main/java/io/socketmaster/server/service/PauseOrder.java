package io.socketmaster.server.service;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What an operator asks for with a pause.
 *
 * @param mode what becomes of who comes
 * @param ttl after which the pause ends by itself, so that a script that died cannot leave a site paused; empty: only a
 *     resume ends it
 * @param reason for people; may be empty; at most {@value #MAX_REASON} characters, none of them a control character
 */
public record PauseOrder(PauseMode mode, Optional<Duration> ttl, String reason) {
    /** The longest reason, in characters. */
    public static final int MAX_REASON = 200;

    /** The longest time to live: beyond it nobody can mean it, and sums of nanoseconds would not be safe. */
    public static final Duration MAX_TTL = Duration.ofDays(365);

    /** @throws IllegalArgumentException naming what is wrong and what is allowed */
    public PauseOrder {
        Objects.requireNonNull(mode, "mode");
        if (ttl.isPresent()) {
            Duration time = ttl.get();
            if (time.isNegative() || time.isZero() || time.compareTo(MAX_TTL) > 0) {
                throw new IllegalArgumentException("the ttl has to be longer than 0s and at most " + MAX_TTL.toDays()
                        + " days; leave it out for no end");
            }
        }
        if (reason.length() > MAX_REASON || reason.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the reason has to be one line of at most " + MAX_REASON + " characters");
        }
    }
}
