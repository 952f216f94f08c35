package io.socketmaster.benchmarks.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests from a number of connections, each of which sends its next one when it has its answer. Confined to one event
 * loop, but for {@link #run}.
 */
public final class HttpLoad {
    private final InetSocketAddress target;
    private final boolean newConnections;
    private final EventLoop loop;
    private final Bootstrap client;
    private final LatencyHistogram latencies = new LatencyHistogram();
    private final CompletableFuture<HttpResult> result = new CompletableFuture<>();
    private long requests;
    private long errors;
    private long startedNanos;
    private boolean over;

    private HttpLoad(InetSocketAddress target, boolean newConnections, EventLoopGroup loops) {
        this.target = target;
        this.newConnections = newConnections;
        this.loop = loops.next();
        this.client = Sockets.client(loops);
    }

    /**
     * Loads {@code target} and waits for the end.
     *
     * @param newConnections whether each request has a connection of its own, on which it asks for the close
     * @param loops a group of one loop
     */
    public static HttpResult run(
            InetSocketAddress target, boolean newConnections, int connections, Duration time, EventLoopGroup loops) {
        HttpLoad load = new HttpLoad(target, newConnections, loops);
        load.loop.execute(() -> load.start(connections, time));
        return load.result.join();
    }

    private void start(int connections, Duration time) {
        startedNanos = System.nanoTime();
        loop.schedule(this::end, time.toNanos(), TimeUnit.NANOSECONDS);
        for (int i = 0; i < connections; i++) {
            connect();
        }
    }

    private void connect() {
        HttpLoadConnection connection = new HttpLoadConnection(this, System.nanoTime());
        ChannelFuture connected = client.clone().handler(connection).connect(target);
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                failed();
            }
        });
    }

    private void end() {
        over = true;
        double seconds = (System.nanoTime() - startedNanos) * 1e-9;
        result.complete(
                new HttpResult(requests, errors, seconds, latencies.percentile(0.50), latencies.percentile(0.99)));
    }

    // ---- from connections, on the loop

    boolean isOver() {
        return over;
    }

    boolean usesNewConnections() {
        return newConnections;
    }

    void answered(long nanos) {
        if (!over) {
            requests++;
            latencies.add(nanos);
        }
    }

    /** The connection is done, in good order: another one in its place. */
    void ended() {
        if (!over) {
            connect();
        }
    }

    /** The same, after an error: not before other connections had their turn. */
    void failed() {
        if (!over) {
            errors++;
            loop.schedule(this::ended, 1, TimeUnit.MILLISECONDS);
        }
    }
}
