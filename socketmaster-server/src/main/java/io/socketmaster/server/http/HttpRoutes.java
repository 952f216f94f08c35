package io.socketmaster.server.http;

import java.util.Optional;

/** Where a request goes: what this room needs to know of routes. Any thread; a lookup in a snapshot, without waiting. */
@FunctionalInterface
public interface HttpRoutes {
    /**
     * Finds the target of one request.
     *
     * @param host the host as the client wrote it, with its port if it wrote one; empty if it named none
     * @param target path and query as the client wrote them, beginning with {@code /}; {@code /} for {@code OPTIONS *}
     * @param tls the scope of the connection's certificate; empty in clear text
     */
    Match find(String host, String target, Optional<TlsScope> tls);

    /** What was found. */
    sealed interface Match permits Found, NoRoute, Misdirected, Bad {}

    /** The request goes to {@code target}. */
    record Found(HttpTarget target) implements Match {}

    /**
     * No route fits: 404.
     *
     * @param fitsOtherScheme whether one would, had the client come by TLS, or without it
     */
    record NoRoute(boolean fitsOtherScheme) implements Match {}

    /** The host belongs to another service than the certificate: 421 (RFC 9110 section 15.5.20). */
    record Misdirected() implements Match {}

    /**
     * Host or target are malformed: 400.
     *
     * @param reason one sentence for the client, of printable ASCII
     */
    record Bad(String reason) implements Match {}
}
