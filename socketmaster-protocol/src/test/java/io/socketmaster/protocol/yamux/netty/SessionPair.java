package io.socketmaster.protocol.yamux.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.socketmaster.protocol.yamux.YamuxLimits;
import io.socketmaster.protocol.yamux.YamuxSession.Role;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Two sessions on a loopback connection: a daemon that opens streams and a service that takes them. */
@SuppressWarnings("deprecation") // NioEventLoopGroup is what Netty 4.1 and 4.2 share
final class SessionPair implements AutoCloseable {
    /** As the daemon, but more opens may wait than one test opens at once. */
    private static final YamuxSettings MANY = new YamuxSettings(
            new YamuxLimits(240, 16_384, 1, 1), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(10));

    final EventLoopGroup sessions = new NioEventLoopGroup(2);
    final EventLoopGroup others = new NioEventLoopGroup(2);
    final Side daemon;
    final Side service;
    private final boolean sameLoop;

    /** @param sameLoop whether streams live on the loop of their session */
    SessionPair(boolean sameLoop) throws Exception {
        this(sameLoop, MANY, YamuxSettings.SERVICE, Optional.empty());
    }

    SessionPair(
            boolean sameLoop,
            YamuxSettings daemonSettings,
            YamuxSettings serviceSettings,
            Optional<StreamPreface> preface)
            throws Exception {
        this.sameLoop = sameLoop;
        service = new Side(Role.SERVER, serviceSettings, preface);
        daemon = new Side(Role.CLIENT, daemonSettings, Optional.empty());
        Channel listener = new ServerBootstrap()
                .group(sessions)
                .channel(NioServerSocketChannel.class)
                .childHandler(service.initializer())
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        daemon.connection = new Bootstrap()
                .group(sessions)
                .channel(NioSocketChannel.class)
                .handler(daemon.initializer())
                .connect(listener.localAddress())
                .sync()
                .channel();
        if (!service.connected.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the service was not connected");
        }
        listener.close().sync();
    }

    /** Opens a stream from {@code side}, on its loop. */
    YamuxStreamChannel open(Side side, ChannelHandler handler) throws Exception {
        EventLoop loop = loopFor(side);
        return loop.submit(() -> side.handler.openStream(loop, handler)).get(10, TimeUnit.SECONDS);
    }

    EventLoop loopFor(Side side) {
        return sameLoop ? side.connection.eventLoop() : others.next();
    }

    /** Takes the next stream that came in on {@code side}. */
    YamuxStreamChannel take(Side side, ChannelHandler handler) throws Exception {
        YamuxStreamChannel stream = side.incoming.poll(10, TimeUnit.SECONDS);
        if (stream == null) {
            throw new AssertionError("no stream came in");
        }
        register(side, stream, handler);
        return stream;
    }

    void register(Side side, YamuxStreamChannel stream, ChannelHandler handler) throws Exception {
        stream.config().setAutoRead(false);
        stream.pipeline().addLast(handler);
        loopFor(side).register(stream).sync();
    }

    @Override
    public void close() throws Exception {
        if (!sessions.isShuttingDown()) {
            daemon.connection.close().sync();
            service.connection.close().sync();
        }
        if (!daemon.closed.await(10, TimeUnit.SECONDS) || !service.closed.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("a session did not end: " + daemon.events + service.events);
        }
        sessions.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        others.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }

    /** One end of the connection. */
    static final class Side implements SessionListener {
        final YamuxSessionHandler handler;
        final BlockingQueue<YamuxStreamChannel> incoming = new LinkedBlockingQueue<>();
        final Queue<String> events = new ConcurrentLinkedQueue<>();
        final AtomicInteger flushes = new AtomicInteger();
        final java.util.concurrent.CountDownLatch connected = new java.util.concurrent.CountDownLatch(1);
        final java.util.concurrent.CountDownLatch closed = new java.util.concurrent.CountDownLatch(1);
        volatile java.util.function.Consumer<YamuxStreamChannel> onStream = incoming::add;
        volatile Channel connection;

        Side(Role role, YamuxSettings settings, Optional<StreamPreface> preface) {
            handler = new YamuxSessionHandler(role, settings, this, preface);
        }

        ChannelInitializer<Channel> initializer() {
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel ch) {
                    connection = ch;
                    ch.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
                        @Override
                        public void flush(ChannelHandlerContext ctx) {
                            flushes.incrementAndGet();
                            ctx.flush();
                        }
                    });
                    ch.pipeline().addLast(handler);
                    connected.countDown();
                }
            };
        }

        @Override
        public void onStream(YamuxStreamChannel stream) {
            onStream.accept(stream);
        }

        @Override
        public void onGoAway() {
            events.add("goAway");
        }

        @Override
        public void onClosed(String reason) {
            events.add("closed: " + reason);
            closed.countDown();
        }
    }
}
