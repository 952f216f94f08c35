package io.socketmaster.cli.agent;

import io.socketmaster.protocol.SocketDefinition;
import java.net.InetSocketAddress;
import java.util.List;

/** Routes in people's words. */
final class Wording {
    private Wording() {}

    /** Such as {@code http *:8080 /api} or {@code tls 127.0.0.1:443}; with the port that was bound. */
    static String where(SocketDefinition definition, List<InetSocketAddress> bound) {
        String scheme = definition.tls().isPresent()
                ? definition.http().isPresent() ? "https" : "tls"
                : definition.http().isPresent() ? "http" : "tcp";
        if (definition.address().startsWith("unix:")) {
            return scheme + " " + definition.address() + share(definition);
        }
        int port = bound.isEmpty() ? definition.port() : bound.get(0).getPort();
        String address = definition.address().isEmpty() ? "*" : definition.address();
        String host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        return scheme + " " + host + ":" + port + share(definition);
    }

    private static String share(SocketDefinition definition) {
        return definition
                .http()
                .map(http -> " " + http.domainSuffix() + (http.pathPrefix().isEmpty() ? "/" : http.pathPrefix()))
                .orElse("");
    }
}
