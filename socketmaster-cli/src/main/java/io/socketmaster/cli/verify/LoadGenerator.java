package io.socketmaster.cli.verify;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends requests when they are due, over a fixed number of connections. The public methods may be called from any thread
 * but the event loop; the fields belong to the event loop.
 *
 * <p>A request that finds every connection busy waits for one; its wait counts from when it was due. As many can wait as
 * become due within the timeout: rate times timeout.
 */
final class LoadGenerator implements AutoCloseable {
    private final LoadPlan plan;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Deque<LoadConnection> free = new ArrayDeque<>();
    private final Deque<PlannedRequest> waiting = new ArrayDeque<>();

    private Schedule schedule;
    private long nextNumber;
    private Tally tally = new Tally();
    /** Completes when no request comes any more and the last one is settled; null while they come. */
    private CompletableFuture<Tally> settled;

    /** @throws IOException if the host is not known or TLS cannot be set up */
    LoadGenerator(LoadPlan plan) throws IOException {
        this.plan = plan;
        Target target = plan.target();
        InetSocketAddress address = resolve(target);
        Optional<SslContext> tls = target.tls() ? Optional.of(tls(plan.insecure())) : Optional.empty();
        boolean epoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("socketmaster-load", /* daemon= */ true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        loop = group.next();
        Class<? extends Channel> kind = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        LoadConnection.Factory factory = new LoadConnection.Factory(
                new Bootstrap()
                        .group(group)
                        .channel(kind)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis(plan.timeout()))
                        .remoteAddress(address),
                target,
                tls,
                this::newRequest,
                plan.method().isIdempotent(),
                this::onFree);
        for (int i = 0; i < plan.connections(); i++) {
            connections.add(new LoadConnection(factory));
        }
        free.addAll(connections);
    }

    private static InetSocketAddress resolve(Target target) throws IOException {
        try {
            return new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
        } catch (UnknownHostException e) {
            throw new IOException("the host " + target.host() + " is not known", e);
        }
    }

    private static SslContext tls(boolean insecure) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (insecure) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        }
        return builder.build();
    }

    /** The request's own timeout ends a connect that takes too long; this only keeps the channel from outliving it. */
    private static int connectTimeoutMillis(Duration timeout) {
        return (int) Math.min(Integer.MAX_VALUE, timeout.toMillis() + 1);
    }

    private FullHttpRequest newRequest() {
        FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(plan.method().name()),
                plan.target().pathAndQuery(),
                Unpooled.EMPTY_BUFFER);
        request.headers()
                .set(HttpHeaderNames.HOST, plan.target().hostHeader())
                .set(HttpHeaderNames.USER_AGENT, "socketmaster-verify")
                .set(HttpHeaderNames.ACCEPT, "*/*");
        if (!plan.method().isIdempotent()) {
            request.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        }
        for (Map.Entry<String, String> header : plan.headers()) {
            request.headers().set(header.getKey(), header.getValue());
        }
        return request;
    }

    /**
     * Sends one request over each connection: the connections are open after that, and whoever starts a load knows that
     * somebody answers. They are counted by themselves.
     */
    CompletableFuture<Tally> probe() {
        CompletableFuture<Tally> probed = new CompletableFuture<>();
        loop.execute(() -> {
            settled = probed;
            free.clear();
            for (LoadConnection connection : connections) {
                connection.send(planned(System.nanoTime()));
            }
        });
        return probed;
    }

    /** Begins to send; what went before is forgotten. */
    void start() {
        loop.execute(() -> {
            tally = new Tally();
            settled = null;
            nextNumber = 0;
            schedule = new Schedule(System.nanoTime(), plan.rate());
            sendDue();
        });
    }

    /** Sends nothing more. Completes when every request is answered or lost, which takes no longer than the timeout. */
    CompletableFuture<Tally> finish() {
        CompletableFuture<Tally> finished = new CompletableFuture<>();
        loop.execute(() -> {
            settled = finished;
            completeIfSettled();
        });
        return finished;
    }

    /** Completes after {@code time}. */
    CompletableFuture<Void> elapse(Duration time) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        loop.schedule(() -> over.complete(null), time.toNanos(), TimeUnit.NANOSECONDS);
        return over;
    }

    private void sendDue() {
        if (settled != null) {
            return;
        }
        long now = System.nanoTime();
        while (schedule.dueNanos(nextNumber) - now <= 0) {
            dispatch(planned(schedule.dueNanos(nextNumber++)));
        }
        loop.schedule(this::sendDue, schedule.dueNanos(nextNumber) - now, TimeUnit.NANOSECONDS);
    }

    private PlannedRequest planned(long dueNanos) {
        PlannedRequest request = new PlannedRequest(dueNanos, tally);
        long left = dueNanos + plan.timeout().toNanos() - System.nanoTime();
        request.timeout(loop.schedule(() -> onTimeout(request), left, TimeUnit.NANOSECONDS));
        return request;
    }

    private void dispatch(PlannedRequest request) {
        LoadConnection connection = free.poll();
        if (connection == null) {
            waiting.add(request);
        } else {
            connection.send(request);
        }
    }

    private void onTimeout(PlannedRequest request) {
        if (request.carrier() != null) {
            request.carrier().timedOut(plan.timeout());
        } else {
            waiting.remove(request);
            request.lost(
                    Loss.TIMEOUT,
                    "no connection was free within " + plan.timeout().toMillis() + " ms");
            completeIfSettled();
        }
    }

    private void onFree(LoadConnection connection) {
        PlannedRequest next = waiting.poll();
        if (next == null) {
            free.add(connection);
            completeIfSettled();
        } else {
            connection.send(next);
        }
    }

    private void completeIfSettled() {
        if (settled != null && tally.isSettled()) {
            settled.complete(tally);
        }
    }

    @Override
    public void close() {
        loop.execute(() -> connections.forEach(LoadConnection::close));
        group.shutdownGracefully(/* quietPeriod= */ 0, /* timeout= */ 1, TimeUnit.SECONDS)
                .awaitUninterruptibly();
    }
}
