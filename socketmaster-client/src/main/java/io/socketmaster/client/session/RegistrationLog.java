package io.socketmaster.client.session;

import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.MessageType;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each thing that happens to a registration, under the logger {@code io.socketmaster.client}. Names neither
 * tokens nor keys. While a daemon stays away, the first attempt is a warning and the others are for debugging.
 */
final class RegistrationLog {
    private static final Logger LOG = LoggerFactory.getLogger("io.socketmaster.client");

    private final String what;
    private final Address daemon;

    RegistrationLog(RegistrationSettings settings) {
        this.what = describe(settings.definition(), settings.options().name());
        this.daemon = settings.daemon();
    }

    private static String describe(SocketDefinition definition, String name) {
        String kind = (definition.tls().isPresent() ? "tls+" : "")
                + (definition.http().isPresent() ? "http" : "tcp");
        String address = definition.address().isEmpty() ? "*" : definition.address();
        String share = definition
                .http()
                .map(http -> " " + (http.domainSuffix().isEmpty() ? "*" : http.domainSuffix()) + http.pathPrefix())
                .orElse("");
        return (name.isEmpty() ? "" : name + " ") + kind + " " + address + ":" + definition.port() + share;
    }

    void registered(Registered registered, int attempts) {
        LOG.info(
                "{}: registered with {}{}: protocol={} session={} generation={} bound={}",
                what,
                daemon,
                attempts == 0 ? "" : " again, at attempt " + attempts,
                registered.version2() ? 2 : 1,
                registered.session().isEmpty() ? "-" : registered.session(),
                registered.generation(),
                registered.bound().isEmpty() ? "-" : registered.boundText());
        for (String warning : registered.warnings()) {
            LOG.warn("{}: the daemon warns: {}", what, warning);
        }
    }

    void fallingBack() {
        LOG.info("{}: the daemon at {} speaks version 1 only; registering again in its way", what, daemon);
    }

    void laneFailed(ProtocolException cause) {
        LOG.debug("{}: no further connection to {}: {}", what, daemon, cause.getMessage());
    }

    void reconnecting(int attempt, Duration delay, ProtocolException cause) {
        if (attempt == 1) {
            LOG.warn("{}: {}; registering again in {} ms", what, cause.getMessage(), delay.toMillis());
        } else {
            LOG.debug("{}: {}; attempt {} in {} ms", what, cause.getMessage(), attempt, delay.toMillis());
        }
    }

    void replaced(Duration deadline) {
        LOG.info("{}: replaced by a newer generation; finishing what runs within {} s", what, deadline.toSeconds());
    }

    void takenBack() {
        LOG.info("{}: taken back, as the newer generation is gone", what);
    }

    void drainRequested(Duration deadline) {
        LOG.info("{}: asked to leave; finishing what runs within {} s", what, deadline.toSeconds());
    }

    void told(MessageType type) {
        LOG.info("{}: the daemon says {}", what, type.wireName());
    }

    void ignored(MessageType type) {
        LOG.debug("{}: nothing to do on {}", what, type.wireName());
    }

    void deadlinePassed(Duration time, int running) {
        if (running > 0) {
            LOG.warn("{}: cut {} streams that were still running after {} ms", what, running, time.toMillis());
        }
    }

    void closed(Optional<ProtocolException> failure) {
        if (failure.isPresent()) {
            LOG.error("{}: closed: {}", what, failure.get().toStatus());
        } else {
            LOG.info("{}: closed", what);
        }
    }
}
