package io.socketmaster.client.session;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.protocol.SocketDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a registration is to be.
 *
 * @param options sent to a daemon of version 2
 * @param version2Required whether a daemon that speaks version 1 only is an error, whatever the options are
 * @param connectTimeout how long the connection may take to be made
 * @param handshakeTimeout how long the daemon may take to answer
 */
public record RegistrationSettings(
        Address daemon,
        SocketDefinition definition,
        RegistrationOptions options,
        boolean version2Required,
        Duration connectTimeout,
        Duration handshakeTimeout,
        Backoff backoff) {
    public RegistrationSettings {
        Objects.requireNonNull(daemon, "daemon");
        Objects.requireNonNull(definition, "definition");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(handshakeTimeout, "handshakeTimeout");
        Objects.requireNonNull(backoff, "backoff");
    }

    /** The same with another answer to whether traffic is taken at once. */
    public RegistrationSettings withReady(boolean ready) {
        return new RegistrationSettings(
                daemon,
                definition,
                options.withReady(ready),
                version2Required,
                connectTimeout,
                handshakeTimeout,
                backoff);
    }

    /**
     * What a daemon of version 1 would silently leave out although the service's meaning hangs on it; empty: version 1 will
     * do. Names, weights, metadata and durations are not worth a refusal.
     */
    List<String> needsVersion2() {
        List<String> needs = new ArrayList<>();
        if (version2Required) {
            needs.add("requireVersion2");
        }
        if (!options.ready()) {
            needs.add("ready=false");
        }
        if (options.policy() != Policy.REPLACE) {
            needs.add("policy");
        }
        needs.addAll(needsFeatures());
        if (!options.token().isEmpty()) {
            needs.add("token");
        }
        return needs;
    }

    /**
     * What stands in this registration and is left out by a daemon of version 2 that cannot do it, each in its word for that
     * (protocol, version 2, {@code features}).
     */
    List<String> needsFeatures() {
        List<String> needs = new ArrayList<>();
        if (!options.hosts().isEmpty()) {
            needs.add("hosts");
        }
        if (!options.sni().isEmpty()) {
            needs.add("sni");
        }
        if (!options.alpn().isEmpty()) {
            needs.add("alpn");
        }
        return needs;
    }
}
