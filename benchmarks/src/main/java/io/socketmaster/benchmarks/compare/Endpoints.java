package io.socketmaster.benchmarks.compare;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a contender is reached.
 *
 * @param http HTTP/1.1 in clear text
 * @param https HTTP/1.1 behind TLS
 * @param http2 HTTP/2 behind TLS, negotiated by ALPN; empty if it is not offered
 * @param http2Clear HTTP/2 in clear text, with prior knowledge; empty if it is not offered
 * @param bulk plain TCP to the service's bulk port
 */
record Endpoints(
        InetSocketAddress http,
        InetSocketAddress https,
        Optional<InetSocketAddress> http2,
        Optional<InetSocketAddress> http2Clear,
        InetSocketAddress bulk) {}
