package io.socketmaster.server.control;

import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Generation;
import java.util.List;
import java.util.Optional;

/**
 * A registration that stands.
 *
 * @param place its place on its port
 * @param generation its place among the service's generations
 * @param bound the address that is really bound
 * @param route for people
 * @param warnings what stands but deserves a look
 */
record Registration(
        PublicListeners.Place place,
        Generation<StreamUpstream> generation,
        String bound,
        String route,
        List<String> warnings) {
    /** What this daemon can do beyond version 1, one word each. */
    private static final List<String> FEATURES =
            List.of("ready", "standby", "drain", "update", "proxy-v2", "sni", "hosts", "alpn");

    HandshakeReply.Details details(String sessionId) {
        return new HandshakeReply.Details(
                sessionId, generation.number(), List.of(bound), route, warnings, FEATURES, Optional.empty());
    }
}
