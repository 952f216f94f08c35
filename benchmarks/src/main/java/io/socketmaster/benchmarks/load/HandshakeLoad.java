package io.socketmaster.benchmarks.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.socketmaster.benchmarks.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;

/**
 * Connections that do a full TLS 1.3 handshake, say no more, and end. With BoringSSL, because a handshake costs the client as much
 * as the server, and {@code wrk}'s with OpenSSL 3.0 so much more that little is seen of the server. On two loops, so that
 * the client is not what limits it. Used by one thread.
 */
public final class HandshakeLoad implements AutoCloseable {
    private static final int LOOPS = 2;
    private static final long FAILED_PAUSE_MILLIS = 1;

    private final EventLoopGroup loops = Sockets.loops("handshakes", LOOPS);
    private final SslContext context;

    public HandshakeLoad() throws SSLException {
        context = TlsClient.context();
    }

    /** Loads {@code target} and waits for the end. @param connections that are under way at once */
    public HttpResult run(InetSocketAddress target, int connections, Duration time) {
        List<Worker> workers = IntStream.range(0, LOOPS)
                .mapToObj(i -> new Worker(loops.next(), target))
                .toList();
        workers.forEach(worker -> worker.loop.execute(() -> worker.start(connections / LOOPS, time)));
        LatencyHistogram latencies = new LatencyHistogram();
        long handshakes = 0;
        long errors = 0;
        double seconds = 0;
        for (Worker worker : workers) {
            worker.ended.join();
            latencies.addAll(worker.latencies);
            handshakes += worker.handshakes;
            errors += worker.errors;
            seconds = Math.max(seconds, worker.seconds);
        }
        return new HttpResult(
                handshakes,
                errors,
                seconds,
                Optional.of(new HttpResult.Latency(latencies.percentile(0.50), latencies.percentile(0.99))));
    }

    @Override
    public void close() {
        loops.shutdownGracefully();
    }

    /** One loop's share. Fields belong to the loop until it has ended. */
    private final class Worker {
        private final EventLoop loop;
        private final InetSocketAddress target;
        private final LatencyHistogram latencies = new LatencyHistogram();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private long handshakes;
        private long errors;
        private double seconds;
        private boolean over;

        Worker(EventLoop loop, InetSocketAddress target) {
            this.loop = loop;
            this.target = target;
        }

        void start(int connections, Duration time) {
            long startedNanos = System.nanoTime();
            loop.schedule(
                    () -> {
                        over = true;
                        seconds = (System.nanoTime() - startedNanos) * 1e-9;
                        ended.complete(null);
                    },
                    time.toNanos(),
                    TimeUnit.NANOSECONDS);
            for (int i = 0; i < connections; i++) {
                next();
            }
        }

        private void next() {
            if (over) {
                return;
            }
            long begunNanos = System.nanoTime();
            Sockets.client(loop)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            SslHandler tls = context.newHandler(channel.alloc());
                            channel.pipeline().addLast(tls);
                            tls.handshakeFuture().addListener(done -> finished(channel, done.isSuccess(), begunNanos));
                        }
                    })
                    .connect(target);
        }

        /** A connection that could not be made fails its handshake. */
        private void finished(Channel channel, boolean success, long begunNanos) {
            if (over) {
                channel.close();
                return;
            }
            if (success) {
                handshakes++;
                latencies.add(System.nanoTime() - begunNanos);
                channel.close().addListener(closed -> next());
            } else {
                errors++;
                channel.close();
                // Not before other connections had their turn.
                loop.schedule(this::next, FAILED_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }
}
