package io.socketmaster.server.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.protocol.yamux.netty.StreamEstablished;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A session whose streams are TCP connections over loopback, with a test at their other ends. */
public final class LoopbackUpstream implements StreamUpstream, Closeable {
    private final ServerSocket server;
    private final BlockingQueue<RawPeer> accepted = new LinkedBlockingQueue<>();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile Channel lastOpened;
    /** Whether a stream is acknowledged at once, as by a service that accepts; else only by its first byte. */
    public volatile boolean acknowledges = true;

    /** Whether it speaks version 2. */
    public volatile boolean acknowledgesFirst = true;

    /** Whether its streams carry HTTP/2. */
    public volatile boolean http2;

    /** Whether a stream that breaks does so because its session was lost; else it was reset. */
    public volatile boolean losesSessions;

    /** How many of the next streams fail before they were sent. */
    public final AtomicInteger refusals = new AtomicInteger();

    public LoopbackUpstream() {
        try {
            server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread acceptor = new Thread(this::acceptAll, "loopback-upstream");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                accepted.add(new RawPeer(server.accept()));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** The service's end of the next stream. */
    public RawPeer accept() {
        try {
            RawPeer peer = accepted.poll(10, TimeUnit.SECONDS);
            if (peer == null) {
                throw new AssertionError("no stream was opened");
            }
            return peer;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The daemon's end of the stream that was opened last. */
    public Channel lastOpened() {
        return lastOpened;
    }

    public int opened() {
        return opened.get();
    }

    /** Whether its streams say nothing of a client. */
    public volatile boolean anonymous;

    @Override
    public boolean isAnonymous() {
        return anonymous;
    }

    @Override
    public Channel openStream(EventLoop loop, ClientFacts client, ChannelHandler handler) {
        assert loop.inEventLoop();
        opened.incrementAndGet();
        try {
            boolean refused = refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            Channel channel;
            if (!refused) {
                channel = connect(server.getLocalSocketAddress());
            } else {
                // Some connection, so that the channel is active; the service never sees it.
                try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    channel = connect(nobody.getLocalSocketAddress());
                }
            }
            channel.config().setAutoRead(false);
            AsStream stream = new AsStream(losesSessions);
            channel.pipeline().addLast(stream, handler);
            loop.register(channel);
            lastOpened = channel;
            if (refused) {
                channel.pipeline()
                        .fireExceptionCaught(new StreamClosedException(
                                StreamClosedException.Cause.NEVER_SENT, false, "the session takes no more streams"));
            } else if (acknowledges) {
                loop.execute(() -> stream.establish(channel.pipeline().firstContext()));
            }
            return channel;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A channel that is connected already, as a stream is active from the start. */
    private static Channel connect(SocketAddress address) throws IOException {
        return new NioSocketChannel(SocketChannel.open(address));
    }

    /** Speaks of a connection's fate as a yamux stream would. */
    private static final class AsStream extends ChannelInboundHandlerAdapter {
        private final boolean losesSessions;
        private boolean established;

        AsStream(boolean losesSessions) {
            this.losesSessions = losesSessions;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            establish(ctx);
            ctx.fireChannelRead(message);
        }

        void establish(ChannelHandlerContext ctx) {
            if (!established && ctx != null) {
                established = true;
                ctx.fireUserEventTriggered(StreamEstablished.INSTANCE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.fireExceptionCaught(
                    cause instanceof IOException && !(cause instanceof StreamClosedException)
                            ? new StreamClosedException(
                                    losesSessions
                                            ? StreamClosedException.Cause.SESSION_LOST
                                            : StreamClosedException.Cause.RESET,
                                    established,
                                    cause.getMessage())
                            : cause);
        }
    }

    @Override
    public boolean speaksHttp2() {
        return http2;
    }

    @Override
    public boolean acknowledgesFirst() {
        return acknowledgesFirst;
    }

    @Override
    public String sessionId() {
        return "test";
    }

    @Override
    public void onReplaced(Duration drain) {}

    @Override
    public void onTakenBack() {}

    @Override
    public void onDrainRequested(Duration drain) {}

    @Override
    public void onDrained() {}

    @Override
    public void close(String reason) {
        close();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        accepted.forEach(RawPeer::close);
    }
}
