package io.socketmaster.server.relay;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What the daemon knows of a frontend connection's client, as told to services.
 *
 * @param remote the client's address
 * @param local the public address that it connected to
 * @param tls facts of the TLS connection, if there is one
 */
public record ClientFacts(InetSocketAddress remote, InetSocketAddress local, Optional<TlsFacts> tls) {
    /**
     * @param version such as {@code TLSv1.3}; empty where TLS is passed through unopened
     * @param cipher the cipher suite's name; empty where TLS is passed through unopened
     * @param serverName the SNI; empty if the client sent none
     * @param alpn the negotiated application protocol; empty if none was
     */
    public record TlsFacts(String version, String cipher, String serverName, String alpn) {}
}
