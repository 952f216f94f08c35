package io.socketmaster.server.http;

/**
 * What a connection's TLS context may be used for. Made by whoever picked the certificate and understood by {@link
 * HttpRoutes}, which answers {@link HttpRoutes.Misdirected} for a host outside of it; this room only carries it.
 */
public interface TlsScope {}
