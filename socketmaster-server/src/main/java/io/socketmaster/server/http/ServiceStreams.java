package io.socketmaster.server.http;

import io.socketmaster.server.config.HttpSettings;

/**
 * What is kept open to services for requests of any client.
 *
 * @param http1 to services that speak HTTP/1.1
 * @param http2 to services that speak HTTP/2
 */
record ServiceStreams(SharedStreams http1, Http2Services http2) {
    static ServiceStreams of(HttpSettings settings) {
        return new ServiceStreams(new SharedStreams(settings.reuse()), new Http2Services(settings));
    }
}
