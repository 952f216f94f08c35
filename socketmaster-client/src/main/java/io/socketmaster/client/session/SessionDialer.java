package io.socketmaster.client.session;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.handshake.ControlRequest;
import io.socketmaster.protocol.handshake.HandshakeReply;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * One attempt to get a session, or one more connection for it: look the daemon up, connect, shake hands. Ends with exactly
 * one call of its {@link HandshakeHandler.Outcome}, or none after {@link #cancel}. Fields belong to the loop.
 */
final class SessionDialer {
    /** What may wait in the connection's own queue: short, so that a pong never waits long behind data. */
    private static final WriteBufferWaterMark WRITE_BUFFER = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    /** A read fetches what is there, up to several frames, and never less than a short request. */
    private static final AdaptiveRecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(2 * 1024, 2 * 1024, 128 * 1024);

    /** Netty 4.2's default gives memory back and takes it anew all the time under bulk traffic. */
    private static final ByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

    /**
     * What the kernel keeps of what a service sends within this machine. There is no distance that more would bridge, and what waits
     * in megabytes has left the processor's cache when the daemon gets it. What it receives is bounded by its sender alike.
     */
    private static final int LOOPBACK_SEND_BUFFER = 128 * 1024;

    private final EventLoop loop;
    private final Address daemon;
    private final Duration connectTimeout;
    private final Duration handshakeTimeout;
    private final ControlRequest request;
    private final HandshakeHandler.Outcome outcome;
    private Channel connection;
    private boolean over;

    SessionDialer(
            EventLoop loop, RegistrationSettings settings, ControlRequest request, HandshakeHandler.Outcome outcome) {
        this.loop = loop;
        this.daemon = settings.daemon();
        this.connectTimeout = settings.connectTimeout();
        this.handshakeTimeout = settings.handshakeTimeout();
        this.request = request;
        this.outcome = outcome;
    }

    void start() {
        assert loop.inEventLoop();
        ClientLoop.runBlocking(() -> {
            try {
                SocketAddress address = daemon.resolve();
                loop.execute(() -> connect(address));
            } catch (UnknownHostException | UnsupportedOperationException e) {
                loop.execute(() -> onUnreachable(e));
            }
        });
    }

    /** Nobody wants the session any more. */
    void cancel() {
        assert loop.inEventLoop();
        over = true;
        if (connection != null) {
            connection.close();
        }
    }

    // The option's name in Netty 4.1; 4.2 has both.
    @SuppressWarnings("deprecation")
    private void connect(SocketAddress address) {
        if (over) {
            return;
        }
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
                .option(ChannelOption.ALLOCATOR, BUFFERS)
                .option(ChannelOption.RCVBUF_ALLOCATOR, READS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HandshakeHandler(request, handshakeTimeout, new Once()));
                    }
                });
        if (daemon instanceof Address.Unix) {
            bootstrap.channel(NioDomainSocketChannel.class);
        } else {
            bootstrap
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true);
        }
        if (address instanceof InetSocketAddress ip && ip.getAddress().isLoopbackAddress()) {
            bootstrap.option(ChannelOption.SO_SNDBUF, LOOPBACK_SEND_BUFFER);
        }
        ChannelFuture connecting = bootstrap.connect(address);
        connection = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                onUnreachable(done.cause());
            }
        });
    }

    private void onUnreachable(Throwable cause) {
        new Once()
                .onFailed(new ProtocolException(
                        ErrorCode.UNAVAILABLE,
                        "no socketmaster daemon at " + daemon + " (" + reason(cause)
                                + "); start one with the command 'socketmaster', or say where it is: "
                                + DaemonAddress.VARIABLE
                                + "=host:port or " + DaemonAddress.VARIABLE + "=unix:/path",
                        cause));
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "unknown host";
        }
        // Netty repeats the address behind the reason.
        String message = String.valueOf(cause.getMessage());
        int address = message.indexOf(": /");
        return address < 0 ? message : message.substring(0, address);
    }

    /** Passes the first outcome on, unless the attempt was cancelled. */
    private final class Once implements HandshakeHandler.Outcome {
        @Override
        public void onRegistered(Channel channel, HandshakeReply reply) {
            over = true;
            outcome.onRegistered(channel, reply);
        }

        @Override
        public void onOldDaemon() {
            if (!over) {
                over = true;
                outcome.onOldDaemon();
            }
        }

        @Override
        public void onFailed(ProtocolException failure) {
            if (!over) {
                over = true;
                outcome.onFailed(failure);
            }
        }
    }
}
