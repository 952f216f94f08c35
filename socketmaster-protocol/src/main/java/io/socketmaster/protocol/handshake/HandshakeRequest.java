package io.socketmaster.protocol.handshake;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import java.util.Objects;
import java.util.Optional;

/**
 * A registration: what a service sends when it connects.
 *
 * @param definition what it asks for
 * @param options what version 2 adds; empty: the request is version 1, and so must the reply be
 */
public record HandshakeRequest(SocketDefinition definition, Optional<RegistrationOptions> options)
        implements ControlRequest {
    public HandshakeRequest {
        Objects.requireNonNull(definition, "definition");
        Objects.requireNonNull(options, "options");
    }

    @Override
    public boolean isVersion2() {
        return options.isPresent();
    }

    /** A version 1 request. */
    public static HandshakeRequest version1(SocketDefinition definition) {
        return new HandshakeRequest(definition, Optional.empty());
    }

    /** A version 2 request. */
    public static HandshakeRequest version2(SocketDefinition definition, RegistrationOptions options) {
        return new HandshakeRequest(definition, Optional.of(options));
    }
}
