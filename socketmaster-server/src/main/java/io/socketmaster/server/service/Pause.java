package io.socketmaster.server.service;

import java.time.Duration;
import java.util.Optional;

/**
 * A pause in force. A value; its times are on the {@link Timeline}'s clock.
 *
 * @param order what was asked for
 * @param sinceNanos when it began
 * @param everywhere whether everything is paused, not one service
 */
public record Pause(PauseOrder order, long sinceNanos, boolean everywhere) {
    PauseMode mode() {
        return order.mode();
    }

    /** How long until it ends by itself; empty if it does not. */
    Optional<Duration> left(long nowNanos) {
        return order.ttl().map(ttl -> Duration.ofNanos(Math.max(0, ttl.toNanos() - (nowNanos - sinceNanos))));
    }

    /** As people see it at one moment. */
    PauseStatus status(long nowNanos) {
        return new PauseStatus(
                order.mode(), order.reason(), Duration.ofNanos(nowNanos - sinceNanos), left(nowNanos), everywhere);
    }
}
