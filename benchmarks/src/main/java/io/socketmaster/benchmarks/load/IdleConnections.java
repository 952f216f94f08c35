package io.socketmaster.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.benchmarks.service.BulkCommand;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Connections that have sent something and got an answer, so that each is known to have reached the service, and then do
 * nothing: one byte that comes back, or an HTTPS GET. Opened some at a time. Its fields belong to its event loop; public methods may be called from any other thread.
 */
public final class IdleConnections implements AutoCloseable {
    /** Connections that are being opened at once. */
    private static final int AT_ONCE = 100;

    private static final int OPEN_SECONDS = 120;

    private static final String GET = "GET /bench HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final InetSocketAddress target;
    private final Optional<SslContext> tls;
    private final int wanted;
    private final EventLoopGroup loops;
    private final EventLoop loop;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private int begun;
    private int reached;
    private volatile int lost;
    private boolean closing;

    private IdleConnections(InetSocketAddress target, Optional<SslContext> tls, int wanted, EventLoopGroup loops) {
        this.target = target;
        this.tls = tls;
        this.wanted = wanted;
        this.loops = loops;
        this.loop = loops.next();
    }

    /**
     * Opens connections and waits until all have reached the service.
     *
     * @param target the service's bulk port
     * @param loops a group of one loop
     * @throws IOException if one cannot be opened, or all take over two minutes
     */
    public static IdleConnections open(InetSocketAddress target, int count, EventLoopGroup loops) throws IOException {
        return open(new IdleConnections(target, Optional.empty(), count, loops));
    }

    /**
     * The same with TLS and one request by HTTP/1.1, which keeps the connection.
     *
     * @param target the service's HTTPS port
     */
    public static IdleConnections openHttps(InetSocketAddress target, SslContext tls, int count, EventLoopGroup loops)
            throws IOException {
        return open(new IdleConnections(target, Optional.of(tls), count, loops));
    }

    private static IdleConnections open(IdleConnections connections) throws IOException {
        int count = connections.wanted;
        for (int i = 0; i < Math.min(AT_ONCE, count); i++) {
            connections.loop.execute(connections::openNext);
        }
        try {
            connections.opened.orTimeout(OPEN_SECONDS, TimeUnit.SECONDS).join();
            return connections;
        } catch (CompletionException e) {
            connections.close();
            throw new IOException(
                    connections.size() + " of " + count + " connections were opened, then: " + e.getCause(), e);
        }
    }

    private void openNext() {
        if (begun < wanted && !opened.isDone()) {
            begun++;
            Sockets.client(loops).handler(new Opening()).connect(target).addListener(done -> {
                if (!done.isSuccess()) {
                    opened.completeExceptionally(done.cause());
                }
            });
        }
    }

    private void reached(Channel channel) {
        channels.add(channel);
        if (++reached == wanted) {
            opened.complete(null);
        } else {
            openNext();
        }
    }

    /** How many reached the service and are open. */
    public int size() {
        return channels.size();
    }

    /** How many ended without our doing. */
    public int lost() {
        return lost;
    }

    /** Closes all and waits for it. */
    @Override
    public void close() {
        CompletableFuture.runAsync(() -> closing = true, loop).join();
        channels.close().awaitUninterruptibly();
    }

    private final class Opening extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
            channel.pipeline().addLast(new Connection());
        }
    }

    private final class Connection extends ChannelInboundHandlerAdapter {
        private boolean answered;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            // Ahead of a handshake it waits for that.
            ByteBuf words = tls.isPresent()
                    ? ByteBufUtil.writeAscii(ctx.alloc(), GET)
                    : BulkCommand.ECHO.encode(ctx.alloc(), 0).writeByte(1);
            ctx.writeAndFlush(words, ctx.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            if (!answered) {
                answered = true;
                reached(ctx.channel());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            // Half-close is allowed, so an end of file is an event.
            if (event instanceof ChannelInputShutdownEvent) {
                ctx.close();
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // written on the loop only
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!closing) {
                lost++;
                opened.completeExceptionally(new IOException("a connection was closed by the other side"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            opened.completeExceptionally(cause);
            ctx.close();
        }
    }
}
