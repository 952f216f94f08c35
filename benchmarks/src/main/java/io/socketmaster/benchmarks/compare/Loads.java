package io.socketmaster.benchmarks.compare;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.load.HandshakeLoad;

/**
 * What workloads need besides their target.
 *
 * @param loops one event loop for our own clients
 * @param handshakes makes connections by TLS
 * @param fixedRate requests a second for the workload whose rate is fixed
 */
record Loads(EventLoopGroup loops, HandshakeLoad handshakes, double fixedRate) {
    Loads withFixedRate(double requestsPerSecond) {
        return new Loads(loops, handshakes, requestsPerSecond);
    }
}
