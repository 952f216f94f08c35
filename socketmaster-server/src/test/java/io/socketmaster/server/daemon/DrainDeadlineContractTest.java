package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.relay.RawPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Contract sections 4, 6 and 8: what happens to what is in flight when its session has to end; and refused raw connections. */
class DrainDeadlineContractTest {
    private static final String HANDSHAKE =
            "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    private static final String CLOSE_1012 = "\u0088\u0002\u0003\u00f4";
    private static final String HELLO = "\u0081\u0002hi";

    private final AtomicInteger asked = new AtomicInteger();

    /** Accepts WebSockets, says hello and then what it hears; never answers anything else. */
    private Consumer<Channel> webSocketsAndSilence() {
        return stream -> stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            private boolean upgraded;

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                String text = ((ByteBuf) message).toString(StandardCharsets.ISO_8859_1);
                ((ByteBuf) message).release();
                if (upgraded) {
                    say(ctx, text);
                } else if (text.startsWith("GET /ws")) {
                    upgraded = true;
                    say(
                            ctx,
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                                    + HELLO);
                } else {
                    asked.incrementAndGet();
                }
            }

            private void say(ChannelHandlerContext ctx, String text) {
                ctx.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
            }
        });
    }

    private static RawPeer openWebSocket(int port) {
        RawPeer client = RawPeer.connect(port).send(HANDSHAKE);
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        assertThat(client.readText(HELLO.length())).isEqualTo(HELLO);
        return client;
    }

    @Test
    void atTheDeadlineOfRequestsTheyEndAndWebSocketsStay() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            RegistrationOptions quick = Options.drain(Duration.ofMillis(500));
            int port = daemon.register(SocketDefinition.http(0, "/"), quick, webSocketsAndSilence())
                    .expectOk()
                    .boundPort();
            RawPeer webSocket = openWebSocket(port);
            RawPeer get = RawPeer.connect(port).send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            RawPeer post = RawPeer.connect(port).send("POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
            await().untilAtomic(asked, org.hamcrest.Matchers.is(2));

            daemon.register(SocketDefinition.http(port, "/"), quick, ScriptedService.http("next"))
                    .expectOk();

            assertThat(post.readHead()).startsWith("HTTP/1.1 502 ");
            assertThat(get.readHead()).as("it is sent once more").startsWith("HTTP/1.1 200 ");
            assertThat(daemon.replays).containsExactly("GET acknowledged-idempotent");
            webSocket.send("\u0081\u0082abcdXY");
            assertThat(webSocket.readText(8)).isEqualTo("\u0081\u0082abcdXY");
            List.of(webSocket, get, post).forEach(RawPeer::close);
        }
    }

    @Test
    void atTheirOwnDeadlineWebSocketsGetAClose1012AndRawConnectionsAReset() throws Exception {
        Duration longLived = Duration.ofMillis(700);
        try (RunningDaemon daemon = RunningDaemon.start(settings -> settings.withLongLivedDrain(longLived))) {
            RegistrationOptions quick = Options.drain(Duration.ofMillis(100));
            int http = daemon.register(SocketDefinition.http(0, "/"), quick, webSocketsAndSilence())
                    .expectOk()
                    .boundPort();
            int tcp = daemon.register(SocketDefinition.tcp(0), quick, ScriptedService.echo())
                    .expectOk()
                    .boundPort();
            RawPeer webSocket = openWebSocket(http);
            RawPeer raw = RawPeer.connect(tcp).send("before");
            assertThat(raw.readText(6)).isEqualTo("before");

            long replaced = System.nanoTime();
            daemon.register(SocketDefinition.http(http, "/"), quick, ScriptedService.http("next"))
                    .expectOk();
            daemon.register(SocketDefinition.tcp(tcp), quick, ScriptedService.echo())
                    .expectOk();

            assertThat(raw.readToReset()).isEmpty();
            assertThat(webSocket.readToEnd()).isEqualTo(CLOSE_1012);
            assertThat(Duration.ofNanos(System.nanoTime() - replaced)).isGreaterThan(longLived);
            assertThat(RunningDaemon.get(http, "x", "/")).startsWith("HTTP/1.1 200 ");
            webSocket.close();
            raw.close();
        }
    }

    @Test
    void whenTheDaemonStopsAnOpenWebSocketGetsAClose1012() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(settings -> settings.withStopGrace(Duration.ZERO))) {
            int port = daemon.register(SocketDefinition.http(0, "/"), webSocketsAndSilence())
                    .expectOk()
                    .boundPort();
            RawPeer webSocket = openWebSocket(port);

            daemon.daemon().stop();

            assertThat(webSocket.readToEnd()).isEqualTo(CLOSE_1012);
            webSocket.close();
        }
    }

    @Test
    void whenTheServiceCrashesAnOpenWebSocketGetsAClose1012() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = daemon.register(SocketDefinition.http(0, "/"), webSocketsAndSilence())
                    .expectOk();
            RawPeer webSocket = openWebSocket(service.boundPort());

            service.close();

            assertThat(webSocket.readToEnd()).isEqualTo(CLOSE_1012);
            webSocket.close();
        }
    }
}
