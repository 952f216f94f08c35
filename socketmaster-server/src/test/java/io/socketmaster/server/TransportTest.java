package io.socketmaster.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannelConfig;
import io.socketmaster.server.relay.Endings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a public port's connections are like when they have just been accepted, and how they end. */
class TransportTest {
    private static final int PATIENCE_MILLIS = 20_000;

    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private EventLoopGroup loops;
    private Channel listening;
    private Socket client;
    private Channel connection;

    @Sharable
    private final class Newcomers extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            accepted.add(ctx.channel());
        }
    }

    @BeforeEach
    void connect() throws Exception {
        loops = Transport.newLoops(1);
        listening = listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        next();
    }

    private Channel listen(InetSocketAddress address) throws Exception {
        return listen(Transport.publicServer(loops, address), address);
    }

    private Channel listen(ServerBootstrap server, InetSocketAddress address) throws Exception {
        return server.childHandler(new Newcomers()).bind(address).sync().channel();
    }

    private void next() throws Exception {
        InetSocketAddress port = (InetSocketAddress) listening.localAddress();
        client = new Socket(port.getAddress(), port.getPort());
        client.setSoTimeout(PATIENCE_MILLIS);
        connection = accepted.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void end() throws Exception {
        client.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    @Test
    void aConnectionSendsAtOnceIsProbedWhenSilentAndIsReadWhenSomebodyAsks() {
        SocketChannelConfig config = (SocketChannelConfig) connection.config();
        assertThat(config.isTcpNoDelay()).isTrue();
        assertThat(config.isKeepAlive()).isTrue();
        assertThat(config.isAllowHalfClosure()).isTrue();
        assertThat(config.isAutoRead()).isFalse();
    }

    @Test
    void whatTheKernelKeepsOfAnUploadIsBoundedWithinThisMachineAndItsOwnAffairElsewhere() throws Exception {
        // Linux says twice what it was told.
        assertThat(receiveBuffer(connection))
                .isBetween(Transport.LOOPBACK_BUFFER, 2 * Transport.LOOPBACK_BUFFER)
                .isEqualTo(receiveBuffer(listening));
        Channel everywhere = listen(new InetSocketAddress(0));
        try (ServerSocket plain = new ServerSocket()) {
            assertThat(receiveBuffer(everywhere)).isEqualTo(plain.getReceiveBufferSize());
        }
    }

    @Test
    void whatTheKernelKeepsForAServiceIsBounded() throws Exception {
        client.close();
        listening = listen(Transport.controlServer(loops), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        next();
        assertThat(connection.config().getOption(ChannelOption.SO_SNDBUF))
                .isBetween(Transport.LOOPBACK_BUFFER, 2 * Transport.LOOPBACK_BUFFER);
    }

    private static int receiveBuffer(Channel channel) {
        return channel.config().getOption(ChannelOption.SO_RCVBUF);
    }

    @Test
    void aConnectionThatIsClosedEndsInGoodOrderAndOneThatIsCutOffIsReset() throws Exception {
        connection.close().sync();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client.close();

        next();
        Channel cutOff = connection;
        cutOff.eventLoop().execute(() -> Endings.reset(cutOff));
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void aClientThatIsGoneBeforeItIsAcceptedHarmsNoOther() throws Exception {
        InetSocketAddress port = (InetSocketAddress) listening.localAddress();
        for (int i = 0; i < 20; i++) {
            try (Socket hasty = new Socket(port.getAddress(), port.getPort())) {
                hasty.setSoLinger(true, 0);
            }
        }
        try (Socket patient = new Socket(port.getAddress(), port.getPort())) {
            Channel latest;
            do {
                latest = accepted.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
                assertThat(latest).isNotNull();
            } while (!isFrom(latest, patient.getLocalPort()));
        }
        assertThat(listening.isActive()).isTrue();
    }

    private static boolean isFrom(Channel channel, int port) {
        return channel.remoteAddress() instanceof InetSocketAddress address && address.getPort() == port;
    }
}
