package io.socketmaster.server.backend;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.Rejection;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What an operator wants: every connection to {@code listen} goes to {@code backend}.
 *
 * @param name the service's name, by which it is switched, paused and removed; 1 to 128 printable characters
 * @param listen where clients come; port 0: any
 * @param backend where they go
 * @param hold how long a connection waits while the backend refuses; default 30 s, cut to 10 min
 * @param rejection what a client gets that comes while the route is paused in the mode reject; empty: a reset
 */
public record BackendSpec(
        String name, ListenAddress listen, BackendAddress backend, Duration hold, Optional<Rejection> rejection) {
    private static final int MAX_NAME = 128;

    public BackendSpec {
        Objects.requireNonNull(listen, "listen");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(rejection, "rejection");
        if (name.isBlank() || name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a backend's name has 1 to " + MAX_NAME + " printable characters; choose another one");
        }
        if (hold.isNegative()) {
            throw new IllegalArgumentException("hold " + hold + " is negative");
        }
    }

    public static BackendSpec of(String name, ListenAddress listen, BackendAddress backend) {
        return new BackendSpec(name, listen, backend, RegistrationOptions.DEFAULT_HOLD, Optional.empty());
    }

    public BackendSpec withBackend(BackendAddress newBackend) {
        return new BackendSpec(name, listen, newBackend, hold, rejection);
    }

    public BackendSpec withHold(Duration newHold) {
        return new BackendSpec(name, listen, backend, newHold, rejection);
    }

    public BackendSpec withRejection(Rejection newRejection) {
        return new BackendSpec(name, listen, backend, hold, Optional.of(newRejection));
    }
}
