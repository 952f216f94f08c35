package io.socketmaster.server.backend;

import java.time.Duration;

/**
 * The figures of this room, each with its default in {@link #DEFAULTS}.
 *
 * @param backends how many there may be at once; default 1,024
 * @param connectTimeout when an address that says nothing counts as refusing; default 5 s
 * @param firstProbe how long after it refused an address is tried again while connections wait for it; doubles with each
 *     attempt; default 10 ms
 * @param longestProbe the longest time between two attempts; default 200 ms
 */
public record BackendSettings(int backends, Duration connectTimeout, Duration firstProbe, Duration longestProbe) {
    /** What a daemon does that was told nothing. */
    public static final BackendSettings DEFAULTS =
            new BackendSettings(1_024, Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofMillis(200));

    /** More doublings than it takes to get from the first to the longest. */
    private static final int MAX_DOUBLINGS = 20;

    public BackendSettings {
        if (backends < 1) {
            throw new IllegalArgumentException("backends " + backends + " is not at least 1");
        }
        requirePositive(connectTimeout, "connectTimeout");
        requirePositive(firstProbe, "firstProbe");
        if (longestProbe.compareTo(firstProbe) < 0) {
            throw new IllegalArgumentException(
                    "longestProbe " + longestProbe + " is shorter than firstProbe " + firstProbe);
        }
    }

    /** How long to wait after {@code failures} attempts that failed, the first included. */
    Duration pauseAfter(int failures) {
        Duration pause = firstProbe.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return pause.compareTo(longestProbe) < 0 ? pause : longestProbe;
    }

    private static void requirePositive(Duration value, String name) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " " + value + " is not positive");
        }
    }
}
