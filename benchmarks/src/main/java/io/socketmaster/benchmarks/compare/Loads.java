package io.socketmaster.benchmarks.compare;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.load.HttpLoad;
import io.socketmaster.benchmarks.load.HttpResult;
import io.socketmaster.benchmarks.load.WrkLoad;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Who makes the load.
 *
 * @param loops one event loop for our own clients
 * @param wrk whether {@code wrk} makes the requests instead
 */
record Loads(EventLoopGroup loops, boolean wrk) {
    HttpResult http(InetSocketAddress target, boolean newConnections, int connections, Duration time)
            throws IOException {
        return wrk
                ? WrkLoad.run(target, newConnections, connections, time)
                : HttpLoad.run(target, newConnections, connections, time, loops);
    }
}
