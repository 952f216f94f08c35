package io.socketmaster.protocol;

import java.util.Objects;
import java.util.Optional;

/**
 * What a service asks for: the public address and port, and how much of what arrives there is its own.
 *
 * <p>Neither {@code http} nor {@code tls}: every connection to the port (plain TCP). With {@code http}: requests by
 * host and path. With {@code tls}: the daemon ends TLS with this certificate; what is inside is the service's.
 *
 * @param address IP address or host name to bind; empty means every address of the machine
 * @param port 0 to 65535; 0 lets the daemon choose, and the reply says which
 * @param http the share of an HTTP port, if it is one
 * @param tls certificate and key, if the daemon ends TLS
 */
public record SocketDefinition(String address, int port, Optional<HttpRule> http, Optional<TlsMaterial> tls) {
    /** Largest legal port number. */
    public static final int MAX_PORT = 65_535;

    public SocketDefinition {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(http, "http");
        Objects.requireNonNull(tls, "tls");
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and " + MAX_PORT);
        }
    }

    /** Every connection to {@code port} on every address. */
    public static SocketDefinition tcp(int port) {
        return new SocketDefinition("", port, Optional.empty(), Optional.empty());
    }

    /** HTTP requests on {@code port} whose path lies under {@code pathPrefix}, whatever their host. */
    public static SocketDefinition http(int port, String pathPrefix) {
        return new SocketDefinition("", port, Optional.of(new HttpRule("", pathPrefix)), Optional.empty());
    }

    /** The same on another address. */
    public SocketDefinition withAddress(String newAddress) {
        return new SocketDefinition(newAddress, port, http, tls);
    }

    /** The same for HTTP requests whose host is {@code domainSuffix} or ends in it at a label boundary. */
    public SocketDefinition withDomain(String domainSuffix) {
        return new SocketDefinition(
                address,
                port,
                Optional.of(new HttpRule(
                        domainSuffix, http.map(HttpRule::pathPrefix).orElse(""))),
                tls);
    }

    /** The same for HTTP requests whose path lies under {@code pathPrefix}. */
    public SocketDefinition withPath(String pathPrefix) {
        return new SocketDefinition(
                address,
                port,
                Optional.of(new HttpRule(http.map(HttpRule::domainSuffix).orElse(""), pathPrefix)),
                tls);
    }

    /** The same behind TLS, which the daemon ends with this certificate chain and key (PEM text). */
    public SocketDefinition withTls(String certificatePem, String keyPem) {
        return new SocketDefinition(address, port, http, Optional.of(new TlsMaterial(certificatePem, keyPem)));
    }

    /**
     * Which HTTP requests belong to a service.
     *
     * @param domainSuffix empty for every host; otherwise the host itself and everything below it
     * @param pathPrefix empty for every path; otherwise a prefix that matches on a segment boundary
     */
    public record HttpRule(String domainSuffix, String pathPrefix) {
        public HttpRule {
            Objects.requireNonNull(domainSuffix, "domainSuffix");
            Objects.requireNonNull(pathPrefix, "pathPrefix");
        }
    }

    /**
     * PEM text of a certificate chain, leaf first, and of its private key. Never logged: {@link #toString()} hides both.
     */
    public record TlsMaterial(String certificatePem, String keyPem) {
        public TlsMaterial {
            Objects.requireNonNull(certificatePem, "certificatePem");
            Objects.requireNonNull(keyPem, "keyPem");
        }

        @Override
        public String toString() {
            return "TlsMaterial[hidden]";
        }
    }
}
