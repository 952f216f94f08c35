package io.socketmaster.client.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterException;
import io.socketmaster.client.session.ClientLoop;
import io.socketmaster.client.session.StreamFacts;
import io.socketmaster.client.testing.FakeDaemon;
import io.socketmaster.client.testing.FakeDaemon.Script;
import io.socketmaster.client.testing.FakeSession;
import io.socketmaster.client.testing.FakeStream;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.ControlMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketMasterServerChannelTest {
    private final FakeDaemon daemon = FakeDaemon.start().script(Script.ok("127.0.0.1:40001"));
    private final EventLoopGroup boss = group(1);
    private final EventLoopGroup workers = group(2);
    private final Queue<Channel> children = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        boss.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        workers.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        daemon.close();
    }

    // The class that Netty 4.1 and 4.2 share.
    @SuppressWarnings("deprecation")
    private static EventLoopGroup group(int threads) {
        return new NioEventLoopGroup(threads);
    }

    private ChannelFuture bind() {
        return bind(SocketMasterClient.builder());
    }

    private ChannelFuture bind(SocketMasterClient.Builder client) {
        return bind(client, new ServerBootstrap().group(boss, workers));
    }

    private ChannelFuture bind(SocketMasterClient.Builder client, ServerBootstrap bootstrap) {
        return bootstrap
                .channelFactory(
                        SocketMasterServerChannel.factory(client.daemon(daemon.address()), SocketDefinition.tcp(0)))
                .option(ChannelOption.SO_BACKLOG, 128)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        children.add(channel);
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(0);
    }

    @Test
    void bindCompletesWhenTheRegistrationStandsAndTheAddressIsTheBoundOne() throws Exception {
        Channel server = bind().sync().channel();

        assertThat(server.localAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", 40001));
        assertThat(server.isActive()).isTrue();
        assertThat(((SocketMasterServerChannel) server).listener().orElseThrow().generation())
                .isPositive();
        server.close().sync();
    }

    @Test
    void bindFailsWithTheErrorOfTheRegistration() throws Exception {
        daemon.script(Script.refuse(new ProtocolException(ErrorCode.KIND_CONFLICT, "8000 is a plain TCP port")));

        ChannelFuture binding = bind().await();

        assertThat(binding.cause())
                .isInstanceOf(SocketMasterException.class)
                .hasMessage("KIND_CONFLICT: 8000 is a plain TCP port");
        await().until(() -> !binding.channel().isOpen());
    }

    @Test
    void connectionsRunOnTheApplicationsWorkersWithTheClientsAddress() throws Exception {
        Channel server = bind().sync().channel();
        FakeSession session = daemon.nextSession();

        for (int i = 0; i < 4; i++) {
            session.open().write("hello").awaitText("hello");
        }

        assertThat(children).hasSize(4).allSatisfy(child -> {
            assertThat(child.parent()).isSameAs(server);
            assertThat(child.remoteAddress())
                    .isEqualTo(FakeSession.SOMEBODY.endpoints().orElseThrow().source());
            assertThat(child.localAddress())
                    .isEqualTo(FakeSession.SOMEBODY.endpoints().orElseThrow().destination());
            assertThat(StreamFacts.of(child)).isEqualTo(FakeSession.SOMEBODY);
            assertThat(workers).anySatisfy(loop -> assertThat(child.eventLoop()).isSameAs(loop));
        });
        assertThat(children.stream().map(Channel::eventLoop).distinct()).hasSize(2);
        server.disconnect();
    }

    @Test
    void onTheSessionsLoopConnectionsShareTheThreadOfTheSession() throws Exception {
        EventLoopGroup loop = SocketMasterServerChannel.sessionLoop();
        Channel server = bind(SocketMasterClient.builder(), new ServerBootstrap().group(loop))
                .sync()
                .channel();
        FakeSession session = daemon.nextSession();

        for (int i = 0; i < 4; i++) {
            session.open().write("hello").awaitText("hello");
        }

        assertThat(children)
                .hasSize(4)
                .allSatisfy(child -> assertThat(child.eventLoop()).isSameAs(ClientLoop.shared()));
        server.disconnect();
    }

    @Test
    void theSessionsLoopIsNotTheApplicationsToEnd() {
        EventLoopGroup loop = SocketMasterServerChannel.sessionLoop();

        assertThatThrownBy(loop::shutdownGracefully)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("close the server channel instead");
        assertThat(loop.isShuttingDown()).isFalse();
    }

    @Test
    void aMebibyteIsEchoed() throws Exception {
        bind().sync();
        FakeStream stream = daemon.nextSession().open();

        stream.write(new byte[1024 * 1024]);

        await().until(() -> stream.receivedCount() == 1024 * 1024);
        stream.finish();
        stream.awaitEnd();
    }

    @Test
    void closeLetsWhatRunsFinish() throws Exception {
        Channel server = bind().sync().channel();
        FakeSession session = daemon.nextSession();
        FakeStream running = session.open().write("one");
        running.awaitText("one");

        ChannelFuture closing = server.close();
        await().until(() -> session.messages().contains(ControlMessage.Drain.fromService()));
        running.write(" more").awaitText("one more");
        assertThat(closing.isDone()).isFalse();
        running.finish();

        closing.sync();
        running.awaitEnd();
        assertThat(running.broken()).isNull();
        await().until(session::isClosed);
    }

    @Test
    void theChannelClosesWhenTheServiceWasReplaced() throws Exception {
        Channel server = bind().sync().channel();

        FakeSession session = daemon.nextSession();
        session.say(new ControlMessage.Replaced(Duration.ofSeconds(5)));
        session.say(new ControlMessage.Drained());

        server.closeFuture().sync();
    }

    @Test
    void theChannelSurvivesTheLossOfTheSession() throws Exception {
        Channel server = bind(SocketMasterClient.builder().backoff(Duration.ofMillis(1), Duration.ofMillis(10)))
                .sync()
                .channel();
        daemon.nextSession().cut();

        daemon.nextSession().open().write("again").awaitText("again");

        assertThat(server.isActive()).isTrue();
    }

    @Test
    void shuttingTheLoopsDownEndsTheRegistration() throws Exception {
        bind().sync();
        FakeSession session = daemon.nextSession();

        boss.shutdownGracefully(0, 5, TimeUnit.SECONDS);

        await().until(session::isClosed);
    }

    @Test
    void connectionsWaitWhileTheServerChannelDoesNotRead() throws Exception {
        Channel server = bind().sync().channel();
        FakeSession session = daemon.nextSession();
        session.open().write("a").awaitText("a");
        // One read is pending already, as with every Netty server channel.
        server.config().setAutoRead(false);
        session.open().write("b").awaitText("b");

        FakeStream waiting = session.open().write("c");
        FakeStream running = session.open();
        assertThat(waiting.isTaken()).isFalse();
        assertThat(running.isTaken()).isFalse();
        server.config().setAutoRead(true);

        waiting.awaitText("c");
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(((ByteBuf) message));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
