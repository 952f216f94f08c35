package io.socketmaster.protocol.yamux.netty;

import io.socketmaster.protocol.yamux.YamuxLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * How a session behaves.
 *
 * @param limits what the peer may ask of it
 * @param quiet how long nothing may come in before the peer is pinged; default 5 s
 * @param answer how long a ping may go unanswered before the session is lost; default 10 s, which is what Go peers use
 * @param linger how long a stream that our side closed may stay half open, without anything being written on it, before it
 *     is reset; default 60 s
 */
public record YamuxSettings(YamuxLimits limits, Duration quiet, Duration answer, Duration linger) {
    private static final Duration QUIET = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LINGER = Duration.ofSeconds(60);

    /** The daemon's side. */
    public static final YamuxSettings DAEMON = new YamuxSettings(YamuxLimits.DAEMON, QUIET, ANSWER, LINGER);

    /** A service's side. */
    public static final YamuxSettings SERVICE = new YamuxSettings(YamuxLimits.SERVICE, QUIET, ANSWER, LINGER);

    public YamuxSettings {
        Objects.requireNonNull(limits, "limits");
        requirePositive(quiet, "quiet");
        requirePositive(answer, "answer");
        requirePositive(linger, "linger");
    }

    private static void requirePositive(Duration value, String name) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " " + value + " is not positive");
        }
    }
}
