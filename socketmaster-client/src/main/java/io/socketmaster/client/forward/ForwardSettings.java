package io.socketmaster.client.forward;

import io.socketmaster.client.session.Address;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Where streams go, and how.
 *
 * @param program where the program listens
 * @param proxyProtocol what it is told of the client
 * @param check how it is found out whether it is well, besides that it accepts connections
 * @param connectTimeout how long it may take to accept one
 */
public record ForwardSettings(
        Address program, ProxyProtocol proxyProtocol, Optional<HealthCheck> check, Duration connectTimeout) {
    public ForwardSettings {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(proxyProtocol, "proxyProtocol");
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
    }
}
