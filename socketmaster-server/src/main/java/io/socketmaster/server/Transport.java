package io.socketmaster.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** How this machine's sockets are reached: native epoll where it loads, the JDK's NIO elsewhere. */
enum Transport {
    EPOLL(EpollServerSocketChannel.class, EpollServerDomainSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        SocketAddress unixAddress(Path path) {
            return new DomainSocketAddress(path.toString());
        }
    },
    NIO(NioServerSocketChannel.class, NioServerDomainSocketChannel.class) {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        SocketAddress unixAddress(Path path) {
            return UnixDomainSocketAddress.of(path);
        }
    };

    private static final int BACKLOG = 1_024;

    /** Up to the high mark is queued on a connection; it is written to again below the low one. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

    private final Class<? extends ServerChannel> tcp;
    private final Class<? extends ServerChannel> unix;

    Transport(Class<? extends ServerChannel> tcp, Class<? extends ServerChannel> unix) {
        this.tcp = tcp;
        this.unix = unix;
    }

    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    abstract IoHandlerFactory handlers();

    abstract SocketAddress unixAddress(Path path);

    EventLoopGroup newLoops(int threads) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("socketmaster-loop", /* daemon= */ true), handlers());
    }

    /** Public ports: nothing is read before somebody asks for it, and each direction ends by itself. */
    ServerBootstrap publicServer(EventLoopGroup loops) {
        return tcpServer(loops)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    ServerBootstrap tcpServer(EventLoopGroup loops) {
        return server(loops, tcp)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
    }

    ServerBootstrap unixServer(EventLoopGroup loops) {
        return server(loops, unix);
    }

    private static ServerBootstrap server(EventLoopGroup loops, Class<? extends ServerChannel> kind) {
        return new ServerBootstrap()
                .group(loops)
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    }
}
