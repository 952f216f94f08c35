package io.socketmaster.server.control;

import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.server.relay.ClientFacts;

/** What a service is told of the client on each stream (contract section 9). */
final class StreamHeaders {
    private StreamHeaders() {}

    /** The PROXY protocol header of a stream that is {@code facts}' alone. */
    static ProxyHeader of(ClientFacts facts) {
        ProxyHeader header = ProxyHeader.of(facts.remote(), facts.local());
        return facts.tls().isPresent() ? withTls(header, facts.tls().get()) : header;
    }

    private static ProxyHeader withTls(ProxyHeader header, ClientFacts.TlsFacts tls) {
        ProxyHeader told = header;
        if (!tls.serverName().isEmpty()) {
            told = told.withAuthority(tls.serverName());
        }
        if (!tls.alpn().isEmpty()) {
            told = told.withAlpn(tls.alpn());
        }
        boolean opened = !tls.version().isEmpty();
        return opened ? told.withTls(tls.version(), tls.cipher()) : told;
    }
}
