package io.socketmaster.client.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.client.session.ClientLoop;
import io.socketmaster.client.testing.FakeDaemon;
import io.socketmaster.client.testing.FakeDaemon.Script;
import io.socketmaster.client.testing.FakeSession;
import io.socketmaster.client.testing.FakeStream;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.handshake.LaneRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session that gets the further connections that its daemon asks for. */
class LanesTest {
    private final FakeDaemon daemon = FakeDaemon.start().script(Script.ok("127.0.0.1:40001"));
    private final Queue<Channel> children = new ConcurrentLinkedQueue<>();
    private Channel server;
    private FakeSession session;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        daemon.close();
    }

    private FakeSession startAndAskForOne() throws InterruptedException {
        server = new ServerBootstrap()
                .group(SocketMasterServerChannel.sessionLoop())
                .channelFactory(SocketMasterServerChannel.factory(
                        SocketMasterClient.builder().daemon(daemon.address()).drain(Duration.ZERO),
                        SocketDefinition.tcp(0)))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        children.add(channel);
                        channel.pipeline().addLast(new Echo());
                    }
                })
                .bind(0)
                .sync()
                .channel();
        session = daemon.nextSession();
        session.say(new ControlMessage.Lanes(1, "secret"));
        return daemon.nextLane();
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }

    @Test
    void aFurtherConnectionShowsTheKeyAndItsStreamsLiveOnItsThread() throws Exception {
        FakeSession lane = startAndAskForOne();

        assertThat(daemon.nextLaneRequest()).isEqualTo(new LaneRequest(id(), "secret"));
        session.open().write("first").awaitText("first");
        lane.open().write("more").awaitText("more");
        assertThat(children)
                .hasSize(2)
                .satisfiesExactly(child -> assertThat(child.eventLoop()).isSameAs(ClientLoop.shared()), child -> {
                    assertThat(child.eventLoop()).isIn(ClientLoop.others().toArray());
                    assertThat(child.remoteAddress())
                            .isEqualTo(FakeSession.SOMEBODY
                                    .endpoints()
                                    .orElseThrow()
                                    .source());
                });
    }

    private String id() {
        return ((SocketMasterServerChannel) server)
                .listener()
                .map(SocketMasterListener::session)
                .orElseThrow();
    }

    @Test
    void theEndOfAFurtherConnectionIsTheEndOfTheSessionAndTheServiceRegistersAgain() throws Exception {
        FakeSession lane = startAndAskForOne();

        lane.cut();

        FakeSession next = daemon.nextSession();
        next.open().write("again").awaitText("again");
        await().until(session::isClosed);
    }

    @Test
    void theEndOfTheFirstConnectionEndsTheFurtherOnes() throws Exception {
        FakeSession lane = startAndAskForOne();

        session.cut();

        daemon.nextSession();
        await().until(lane::isClosed);
    }

    @Test
    void aServiceThatLeavesEndsThemAll() throws Exception {
        FakeSession lane = startAndAskForOne();

        server.close();

        await().until(() -> session.isClosed() && lane.isClosed());
    }

    @Test
    void askingAgainChangesNothing() throws Exception {
        FakeSession lane = startAndAskForOne();

        session.say(new ControlMessage.Lanes(1, "secret"));
        session.open().write("first").awaitText("first");

        lane.open().write("more").awaitText("more");
        assertThat(daemon.nextLaneRequest().session()).isEqualTo(id());
        assertThat(daemon.hasLaneRequest()).isFalse();
    }

    @Test
    void blockingConnectionsComeOnEveryConnection() throws Exception {
        try (SocketMasterListener listener = SocketMasterClient.builder()
                .daemon(daemon.address())
                .drain(Duration.ZERO)
                .listen(SocketDefinition.tcp(0))) {
            session = daemon.nextSession();
            session.say(new ControlMessage.Lanes(1, "secret"));
            FakeStream client = daemon.nextLane().open().write("hello");

            try (StreamConnection connection = listener.accept()) {
                assertThat(connection.getInputStream().readNBytes(5))
                        .asString(StandardCharsets.US_ASCII)
                        .isEqualTo("hello");
                connection.getOutputStream().write("there".getBytes(StandardCharsets.US_ASCII));
                client.awaitText("there");
            }
        }
    }
}
