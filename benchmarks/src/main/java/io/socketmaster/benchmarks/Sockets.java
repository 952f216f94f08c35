package io.socketmaster.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The machine's fastest sockets, for the service and for the load alike: epoll where it loads, NIO elsewhere. */
public final class Sockets {
    private static final boolean EPOLL = Epoll.isAvailable();
    private static final int BACKLOG = 4_096;

    /** Reads large enough that neither end of a bulk transfer is what limits it. */
    private static final AdaptiveRecvByteBufAllocator LARGE_READS =
            new AdaptiveRecvByteBufAllocator(2 * 1024, 16 * 1024, 256 * 1024);

    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 * 1024, 512 * 1024);

    private Sockets() {}

    /** Event loops on daemon threads; the caller shuts them down or ends its process. */
    public static EventLoopGroup loops(String name, int threads) {
        IoHandlerFactory handlers = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, /* daemon= */ true), handlers);
    }

    /** A server without its channel class, so that it can be of another kind. Half-close is allowed. */
    public static ServerBootstrap server(EventLoopGroup loops) {
        return new ServerBootstrap()
                .group(loops)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, LARGE_READS)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    public static Class<? extends ServerChannel> tcpServerChannel() {
        return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** A client without its handler. Half-close is allowed. */
    public static Bootstrap client(EventLoopGroup loops) {
        Class<? extends Channel> kind = EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
        return new Bootstrap()
                .group(loops)
                .channel(kind)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, LARGE_READS)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** 127.0.0.1, whatever the JVM's preference for IPv6. */
    public static InetSocketAddress loopback(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException fourBytesAreAnAddress) {
            throw new AssertionError(fourBytesAreAnAddress);
        }
    }
}
