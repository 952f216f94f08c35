package io.socketmaster.client.forward;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How to find out whether a program is well. One that fails {@code failures} times in a row leaves the rotation, unless it
 * is the last one of its service, and comes back with the first check that it passes.
 *
 * @param path ask for this HTTP path and expect a status from 200 to 299; empty: a connection that is accepted will do
 * @param interval between the end of a check and the next one; default 5 s
 * @param timeout of one check; default 2 s
 * @param failures in a row until it leaves the rotation, at least 1; default 3
 */
public record HealthCheck(Optional<String> path, Duration interval, Duration timeout, int failures) {
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    public static final int DEFAULT_FAILURES = 3;

    private static final Duration LONGEST = Duration.ofDays(1);

    public HealthCheck {
        path.ifPresent(HealthCheck::requirePath);
        requirePositive(interval, "interval");
        requirePositive(timeout, "timeout");
        if (failures < 1) {
            throw new IllegalArgumentException("a health check needs at least one failure, and has " + failures);
        }
    }

    /** Connects. */
    public static HealthCheck tcp() {
        return new HealthCheck(Optional.empty(), DEFAULT_INTERVAL, DEFAULT_TIMEOUT, DEFAULT_FAILURES);
    }

    /** Asks for {@code path}. */
    public static HealthCheck http(String path) {
        return new HealthCheck(Optional.of(path), DEFAULT_INTERVAL, DEFAULT_TIMEOUT, DEFAULT_FAILURES);
    }

    /** The same at another pace. */
    public HealthCheck every(Duration newInterval) {
        return new HealthCheck(path, newInterval, timeout, failures);
    }

    /** The same with another patience for one check. */
    public HealthCheck within(Duration newTimeout) {
        return new HealthCheck(path, interval, newTimeout, failures);
    }

    /** The same with another number of failures in a row. */
    public HealthCheck failingAfter(int newFailures) {
        return new HealthCheck(path, interval, timeout, newFailures);
    }

    /** It is written into a request line as it is. */
    private static void requirePath(String path) {
        if (!path.startsWith("/") || !path.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new IllegalArgumentException(
                    "'" + path + "' is not a path to check; it must begin with / and have no spaces, such as /health");
        }
    }

    private static void requirePositive(Duration value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the " + name + " of a health check has to be longer than 0s and at most a day");
        }
    }
}
