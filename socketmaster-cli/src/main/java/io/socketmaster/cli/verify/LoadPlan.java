package io.socketmaster.cli.verify;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is to be sent.
 *
 * @param headers further headers, or other values for the usual ones
 * @param rate requests a second
 * @param connections how many kept-alive connections share the requests; a request that finds all of them busy waits for one
 * @param insecure whether any certificate will do
 * @param timeout how long after it was due a request counts as lost
 */
public record LoadPlan(
        Target target,
        Method method,
        List<Map.Entry<String, String>> headers,
        int rate,
        int connections,
        boolean insecure,
        Duration timeout) {
    /** Requests a second, unless told otherwise. */
    public static final int DEFAULT_RATE = 200;

    /** Connections, unless told otherwise. */
    public static final int DEFAULT_CONNECTIONS = 8;

    /** Past the daemon's hold of 30 s, so that a request held for as long as it may be is not counted as lost here. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(40);

    static final int MAX_RATE = 20_000;
    static final int MAX_CONNECTIONS = 10_000;

    /** The request's method, and with it whether a client may repeat it. */
    public enum Method {
        GET(true),
        POST(false);

        private final boolean idempotent;

        Method(boolean idempotent) {
            this.idempotent = idempotent;
        }

        boolean isIdempotent() {
            return idempotent;
        }
    }

    public LoadPlan {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(method, "method");
        headers = List.copyOf(headers);
        requireBetween(rate, MAX_RATE, "the rate");
        requireBetween(connections, MAX_CONNECTIONS, "the number of connections");
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the timeout has to be longer than 0s");
        }
    }

    private static void requireBetween(int value, int max, String what) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(what + " " + value + " is not between 1 and " + max);
        }
    }
}
