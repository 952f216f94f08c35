package io.socketmaster.server.service;

import java.time.Duration;
import java.util.Objects;

/**
 * The figures of this room, each with the contract's default in {@link #DEFAULTS}.
 *
 * @param heldPerService how many may wait for one service at once
 * @param generationsPerService how many sessions may be registered for one service at once, draining ones included; far
 *     above any deploy, there to bound memory
 * @param maxHold the longest hold that a registration can ask for; more is cut to it
 * @param maxDrain the longest drain that a registration can ask for; more is cut to it
 * @param longLivedDrain how long upgraded and TCP connections may stay on a draining session
 * @param rollback how long after it was replaced a generation is taken back if its successor is gone
 * @param releaseSlots how many held requests a returning service gets before it has taken the first
 * @param releasePatience how long a gentle release waits for a stream to be taken before it goes on without it
 * @param retryAfterFull when to ask again after there was no room to wait
 * @param retryAfterExpired when to ask again after waiting in vain
 */
public record ServiceSettings(
        int heldPerService,
        int generationsPerService,
        Duration maxHold,
        Duration maxDrain,
        Duration longLivedDrain,
        Duration rollback,
        int releaseSlots,
        Duration releasePatience,
        Duration retryAfterFull,
        Duration retryAfterExpired) {

    /** A year: beyond it sums of nanoseconds would no longer be safe, and nobody can mean it. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /** Contract sections 3 and 4. */
    public static final ServiceSettings DEFAULTS = new ServiceSettings(
            1_024,
            1_024,
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            64,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5));

    public ServiceSettings {
        requirePositive(generationsPerService, "generationsPerService");
        requirePositive(releaseSlots, "releaseSlots");
        if (heldPerService < 0) {
            throw new IllegalArgumentException("heldPerService " + heldPerService + " is negative");
        }
        requireSensible(maxHold, "maxHold");
        requireSensible(maxDrain, "maxDrain");
        requireSensible(longLivedDrain, "longLivedDrain");
        requireSensible(rollback, "rollback");
        requireSensible(releasePatience, "releasePatience");
        if (releasePatience.isZero()) {
            throw new IllegalArgumentException("releasePatience is zero: a release would not be gentle at all");
        }
        requireSensible(retryAfterFull, "retryAfterFull");
        requireSensible(retryAfterExpired, "retryAfterExpired");
    }

    /** The same with another deadline for upgraded and TCP connections. */
    public ServiceSettings withLongLivedDrain(Duration newLongLivedDrain) {
        return new ServiceSettings(
                heldPerService,
                generationsPerService,
                maxHold,
                maxDrain,
                newLongLivedDrain,
                rollback,
                releaseSlots,
                releasePatience,
                retryAfterFull,
                retryAfterExpired);
    }

    /** A registration's hold, cut to what is allowed here. */
    Duration allowedHold(Duration asked) {
        return shorter(asked, maxHold);
    }

    /** A registration's drain, cut to what is allowed here. */
    Duration allowedDrain(Duration asked) {
        return shorter(asked, maxDrain);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static void requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " " + value + " is not at least 1");
        }
    }

    private static void requireSensible(Duration value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " " + value + " is not between zero and " + LONGEST);
        }
    }
}
