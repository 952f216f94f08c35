package io.socketmaster.protocol.yamux.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.yamux.YamuxLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How sessions and event loops end, and what happens to the streams then. */
@SuppressWarnings("deprecation") // NioEventLoopGroup is what Netty 4.1 and 4.2 share
class SessionLifeTest {
    private static final YamuxSettings SHORT = new YamuxSettings(
            YamuxLimits.DAEMON, Duration.ofMillis(50), Duration.ofMillis(200), Duration.ofMillis(100));

    private static YamuxSettings service(Duration quiet, Duration answer) {
        return new YamuxSettings(YamuxLimits.SERVICE, quiet, answer, Duration.ofSeconds(10));
    }

    @Test
    void silentPeerLosesTheSessionAfterOnePing() throws Exception {
        var group = new io.netty.channel.nio.NioEventLoopGroup(1);
        var side =
                new SessionPair.Side(io.socketmaster.protocol.yamux.YamuxSession.Role.CLIENT, SHORT, Optional.empty());
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new io.netty.bootstrap.Bootstrap()
                    .group(group)
                    .channel(io.netty.channel.socket.nio.NioSocketChannel.class)
                    .handler(side.initializer())
                    .connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()))
                    .sync();
            try (Socket peer = listener.accept()) {
                byte[] all = peer.getInputStream().readAllBytes();

                assertThat(all).hasSize(12).startsWith(0, 2, 0, 1, 0, 0, 0, 0);
            }
            assertThat(side.closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(side.events).singleElement().asString().contains("a ping was not answered");
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void anythingThatArrivesCountsAsLifeEvenIfPingsStayUnanswered() throws IOException, InterruptedException {
        var group = new io.netty.channel.nio.NioEventLoopGroup(1);
        var side =
                new SessionPair.Side(io.socketmaster.protocol.yamux.YamuxSession.Role.CLIENT, SHORT, Optional.empty());
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new io.netty.bootstrap.Bootstrap()
                    .group(group)
                    .channel(io.netty.channel.socket.nio.NioSocketChannel.class)
                    .handler(side.initializer())
                    .connect(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()))
                    .sync();
            try (Socket peer = listener.accept()) {
                peer.setTcpNoDelay(true);
                peer.getInputStream().readNBytes(12);
                // One byte of a frame's header at a time, for longer than a silent peer would be borne.
                for (int i = 0; i < 11; i++) {
                    peer.getOutputStream().write(0);
                    assertThat(side.closed.await(60, TimeUnit.MILLISECONDS)).isFalse();
                }
                // One ping is outstanding at most.
                assertThat(peer.getInputStream().available()).isZero();
            }
            assertThat(side.closed.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            group.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void quietSessionsOfAnsweringPeersLive() throws Exception {
        try (SessionPair pair = new SessionPair(
                true, SHORT, service(Duration.ofMillis(30), Duration.ofMillis(200)), Optional.empty())) {
            assertThat(pair.daemon.closed.await(1, TimeUnit.SECONDS)).isFalse();
            assertThat(pair.service.events).isEmpty();
        }
    }

    @Test
    void closedStreamThatThePeerDoesNotEndIsResetAfterItsLinger() throws Exception {
        try (SessionPair pair = new SessionPair(true, SHORT, YamuxSettings.SERVICE, Optional.empty())) {
            Recorder serviceSees = new Recorder();
            YamuxStreamChannel daemonEnd = pair.open(pair.daemon, new Recorder());
            YamuxStreamChannel serviceEnd = pair.take(pair.service, serviceSees);
            serviceEnd.config().setOption(io.netty.channel.ChannelOption.ALLOW_HALF_CLOSURE, true);
            serviceEnd.config().setAutoRead(true);
            daemonEnd.close().sync();

            await().untilAsserted(() -> assertThat(serviceSees.events)
                    .containsExactly("active", "eof after 0", "RESET established after 0", "inactive"));
        }
    }

    @Test
    void loopThatShutsDownUnderAStreamResetsIt() throws Exception {
        try (SessionPair pair = new SessionPair(false)) {
            Recorder serviceSees = new Recorder();
            YamuxStreamChannel daemonEnd = pair.open(pair.daemon, new Recorder());
            YamuxStreamChannel serviceEnd = pair.take(pair.service, serviceSees);
            serviceEnd.writeAndFlush(Unpooled.buffer().writeZero(100_000)).sync();
            daemonEnd.writeAndFlush(Unpooled.buffer().writeZero(100_000)).sync();

            pair.others.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();

            assertThat(daemonEnd.isOpen()).isFalse();
            assertThat(serviceEnd.isOpen()).isFalse();
            assertThat(pair.daemon.events).isEmpty();
        }
    }

    @Test
    void sessionLoopThatShutsDownEndsItsStreamsAndThoseOpenedAfter() throws Exception {
        try (SessionPair pair = new SessionPair(false)) {
            Recorder daemonSees = new Recorder();
            YamuxStreamChannel daemonEnd = pair.open(pair.daemon, daemonSees);
            daemonEnd.config().setAutoRead(true);
            pair.take(pair.service, new Recorder()).config().setAutoRead(true);
            daemonEnd.writeAndFlush(Unpooled.buffer().writeZero(1_000_000));

            pair.sessions.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();

            await().untilAsserted(() -> assertThat(daemonSees.events).last().isEqualTo("inactive"));
            assertThat(daemonSees.broken.reason()).isEqualTo(StreamClosedException.Cause.SESSION_LOST);
            Recorder late = new Recorder();
            YamuxStreamChannel lateEnd = pair.open(pair.daemon, late);
            lateEnd.writeAndFlush(Unpooled.buffer().writeZero(10));
            await().untilAsserted(
                            () -> assertThat(late.events).containsExactly("active", "NEVER_SENT after 0", "inactive"));
        }
    }

    @Test
    void untakenStreamIsReleasedWhenItIsRefusedAfterTheSessionsLoopEnded() throws Exception {
        try (SessionPair pair = new SessionPair(false)) {
            YamuxStreamChannel daemonEnd = pair.open(pair.daemon, new Recorder());
            daemonEnd.writeAndFlush(Unpooled.buffer().writeZero(100_000)).sync();
            YamuxStreamChannel untaken = pair.service.incoming.poll(10, TimeUnit.SECONDS);
            pair.sessions.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();

            untaken.refuse();

            assertThat(untaken.isOpen()).isFalse();
        }
    }

    @Test
    void untakenStreamThatIsTakenAfterTheSessionsLoopEndedIsToldSo() throws Exception {
        try (SessionPair pair = new SessionPair(false)) {
            YamuxStreamChannel daemonEnd = pair.open(pair.daemon, new Recorder());
            daemonEnd.writeAndFlush(Unpooled.buffer().writeZero(100_000)).sync();
            YamuxStreamChannel untaken = pair.service.incoming.poll(10, TimeUnit.SECONDS);
            pair.sessions.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();

            Recorder sees = new Recorder();
            pair.register(pair.service, untaken, sees);

            await().untilAsserted(() ->
                    assertThat(sees.events).containsExactly("active", "SESSION_LOST established after 0", "inactive"));
        }
    }
}
