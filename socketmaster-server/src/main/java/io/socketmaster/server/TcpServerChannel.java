package io.socketmaster.server;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening TCP socket, whose connections are closed without asking the kernel for {@code SO_LINGER} first. Netty's own ask,
 * a system call for each, because a close may wait if it is above 0, and such a one must not be done on an event loop. Here
 * it is 0, which makes a close a reset, or not set; neither waits.
 */
final class TcpServerChannel extends NioServerSocketChannel {
    private static final Logger LOG = LoggerFactory.getLogger(TcpServerChannel.class);

    @Override
    protected int doReadMessages(List<Object> accepted) throws IOException {
        SocketChannel connection = javaChannel().accept();
        if (connection == null) {
            return 0;
        }
        try {
            accepted.add(new Connection(this, connection));
            return 1;
        } catch (RuntimeException e) {
            // Thrown on, it would end the listening socket.
            LOG.warn("a connection that was just accepted is given up, for it cannot be set up", e);
            connection.close();
            return 0;
        }
    }

    private static final class Connection extends NioSocketChannel {
        Connection(Channel parent, SocketChannel socket) {
            super(parent, socket);
        }

        @Override
        protected AbstractNioUnsafe newUnsafe() {
            return new NioByteUnsafe() {};
        }
    }
}
