package io.socketmaster.server.listener;

import io.socketmaster.server.http.TlsScope;

/**
 * Whose certificate a TLS connection was given. It stays good for that service's hosts however often the service or its
 * certificate is replaced.
 */
record ServiceScope(RoutedService service) implements TlsScope {}
