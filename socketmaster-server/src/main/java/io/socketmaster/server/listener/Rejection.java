package io.socketmaster.server.listener;

import io.socketmaster.server.tls.ServerTls;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A plain TCP route's way of turning clients away while it is paused in the mode reject: as a web server would, with 503.
 *
 * @param retryAfter when clients are told to ask again; empty: they are not told
 * @param tls what TLS is ended with for that answer alone, where the backend ends it otherwise; empty: clear text
 */
public record Rejection(Optional<Duration> retryAfter, Optional<ServerTls> tls) {
    public Rejection {
        Objects.requireNonNull(retryAfter, "retryAfter");
        Objects.requireNonNull(tls, "tls");
        if (retryAfter.isPresent() && retryAfter.get().isNegative()) {
            throw new IllegalArgumentException("retryAfter " + retryAfter.get() + " is negative");
        }
    }
}
