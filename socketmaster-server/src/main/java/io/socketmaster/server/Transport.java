package io.socketmaster.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.socketmaster.server.unix.UnixChannel;
import io.socketmaster.server.unix.UnixServerChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * How this machine's sockets are reached: the JDK's NIO.
 *
 * <p>Not native epoll: in Netty 4.2.18, the newest release whose native parts can be had, it forgets a socket that the
 * client half-closed as soon as nothing is to be read or written, and then fails the next wait for room to write. A client
 * that ends its request with FIN and reads a long answer slowly would be cut off (contract section 6).
 */
final class Transport {
    private static final int BACKLOG = 1_024;

    /**
     * What the kernel keeps of an upload within this machine, on its way to us and from us to the service. There is no distance
     * that more would bridge; and what waits in megabytes has left the processor's cache when it is copied on, which takes a
     * quarter of the speed of 64 uploads.
     */
    static final int LOOPBACK_BUFFER = 128 * 1024;

    /** Up to the high mark is queued on a connection; it is written to again below the low one. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    /**
     * Not the adaptive one, which is Netty's default: under bulk traffic it gives memory back and takes it anew all the time, and
     * each time the JDK fills it with zeros.
     */
    static final PooledByteBufAllocator BUFFERS = PooledByteBufAllocator.DEFAULT;

    /**
     * A read fetches what is there, up to four frames of a session that carries several streams in bulk, and never less than a
     * short answer: what is wrong behind its head is then seen with the head.
     */
    private static final AdaptiveRecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(2 * 1024, 2 * 1024, 128 * 1024);

    private Transport() {}

    static EventLoopGroup newLoops(int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("socketmaster-loop", /* daemon= */ true), NioIoHandler.newFactory());
    }

    /**
     * Public ports: nothing is read before somebody asks for it, and each direction ends by itself.
     *
     * @param address where it is going to listen
     */
    static ServerBootstrap publicServer(EventLoopGroup loops, InetSocketAddress address) {
        ServerBootstrap server = tcpServer(loops)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        // Connections inherit it; set on each, it would be a system call more.
        return address.getAddress().isLoopbackAddress()
                ? server.option(ChannelOption.SO_RCVBUF, LOOPBACK_BUFFER)
                : server;
    }

    /** The control socket, which is on a loopback address. Only what is sent: services bound what they send themselves. */
    static ServerBootstrap controlServer(EventLoopGroup loops) {
        return tcpServer(loops).childOption(ChannelOption.SO_SNDBUF, LOOPBACK_BUFFER);
    }

    /** Netty's TCP channels have set {@code TCP_NODELAY} by themselves; to set it again would cost each a system call. */
    private static ServerBootstrap tcpServer(EventLoopGroup loops) {
        return server(loops, TcpServerChannel::new)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, READS)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
    }

    static ServerBootstrap unixServer(EventLoopGroup loops) {
        return server(loops, UnixServerChannel::new);
    }

    /** Towards a backend: as a public port's connections, and not registered yet. */
    static Channel newClient(SocketAddress target) {
        Channel channel = target instanceof UnixDomainSocketAddress ? new UnixChannel() : new NioSocketChannel();
        ChannelConfig config = channel.config();
        config.setAutoRead(false);
        config.setAllocator(BUFFERS);
        config.setWriteBufferWaterMark(WATER_MARK);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        if (target instanceof InetSocketAddress) {
            config.setOption(ChannelOption.SO_KEEPALIVE, true);
        }
        return channel;
    }

    /** Public Unix sockets, in the way of {@link #publicServer}. */
    static ServerBootstrap publicUnixServer(EventLoopGroup loops) {
        return unixServer(loops).childOption(ChannelOption.AUTO_READ, false);
    }

    private static ServerBootstrap server(EventLoopGroup loops, ChannelFactory<ServerChannel> kind) {
        return new ServerBootstrap()
                .group(loops)
                .channelFactory(kind)
                .childOption(ChannelOption.ALLOCATOR, BUFFERS)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }
}
