package io.socketmaster.server.relay;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same on the transport that the daemon prefers. */
@EnabledIf("isAvailable")
class RelayOnEpollTest extends RelayTest {
    static boolean isAvailable() {
        return Epoll.isAvailable();
    }

    @Override
    IoHandlerFactory transport() {
        return EpollIoHandler.newFactory();
    }

    @Override
    @Test
    @Disabled("Netty 4.2.18's epoll transport forgets half-closed sockets: see Http1FrontOnEpollTest")
    void aLongAnswerReachesAClientThatHalfClosed() {}

    @Override
    Class<? extends ServerChannel> serverType() {
        return EpollServerSocketChannel.class;
    }
}
