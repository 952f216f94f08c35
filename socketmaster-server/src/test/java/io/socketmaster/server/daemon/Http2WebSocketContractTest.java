package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Contract sections 3, 4, 6 and 8 for WebSockets on an HTTP/2 connection (RFC 8441), in clear text and over TLS. */
class Http2WebSocketContractTest {
    private static final Duration DRAIN = Duration.ofMillis(100);
    private static final String CLOSE_1012 = "\u0088\u0002\u0003\u00f4";
    private static final String HELLO = "\u0081\u0002hi";
    /** Masked, as everything is that a client says. */
    private static final String FRAME = "\u0081\u0082abcdXY";

    private static final Pattern KEY = Pattern.compile("(?i)\r\nsec-websocket-key: (\\S+)\r\n");

    private final Credentials certificate = TestCertificates.selfSigned("localhost");

    /** How the daemon is spoken to, and speaks. */
    enum Way {
        CLEAR_TO_HTTP_1,
        TLS_TO_HTTP_1,
        TLS_TO_HTTP_2;

        private boolean tls() {
            return this != CLEAR_TO_HTTP_1;
        }

        private RegistrationOptions drain(Duration drain) {
            return this == TLS_TO_HTTP_2 ? Options.h2c(drain) : Options.drain(drain);
        }

        private Consumer<Channel> service(String name) {
            return this == TLS_TO_HTTP_2 ? http2WebSockets(name) : webSockets(name);
        }
    }

    private SocketDefinition definition(Way way, int port) {
        SocketDefinition clear = SocketDefinition.http(port, "/");
        return way.tls() ? clear.withTls(certificate.certificatePem(), certificate.keyPem()) : clear;
    }

    private ScriptedService register(RunningDaemon daemon, Way way, int port, String name) {
        return daemon.register(definition(way, port), way.drain(DRAIN), way.service(name))
                .expectOk();
    }

    private Http2Client connect(Way way, int port) throws IOException {
        return Http2Client.connect(port, way.tls() ? Optional.of(certificate.root()) : Optional.empty());
    }

    /** Answers with its name; accepts WebSockets, in which it says hello and then what it hears. */
    private static Consumer<Channel> webSockets(String name) {
        return stream -> stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            private final StringBuilder head = new StringBuilder();
            private boolean upgraded;

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                if (upgraded) {
                    ctx.writeAndFlush(bytes);
                    return;
                }
                head.append(bytes.toString(StandardCharsets.ISO_8859_1));
                bytes.release();
                if (head.indexOf("\r\n\r\n") < 0) {
                    return;
                }
                Matcher key = KEY.matcher(head);
                upgraded = key.find();
                if (upgraded) {
                    say(
                            ctx,
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Accept: " + acceptOf(key.group(1)) + "\r\nX-Name: " + name
                                    + "\r\n\r\n" + HELLO);
                } else {
                    say(ctx, "HTTP/1.1 200 OK\r\nX-Name: " + name + "\r\nContent-Length: 0\r\n\r\n");
                    ctx.close();
                }
            }

            private void say(ChannelHandlerContext ctx, String text) {
                ctx.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1))
                        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        });
    }

    /** The same for a service that speaks HTTP/2. */
    private static Consumer<Channel> http2WebSockets(String name) {
        return stream -> stream.pipeline()
                .addLast(
                        Http2FrameCodecBuilder.forServer()
                                .initialSettings(Http2Settings.defaultSettings().connectProtocolEnabled(true))
                                .build(),
                        new Http2MultiplexHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel request) {
                                request.pipeline().addLast(new Http2Answer(name));
                            }
                        }));
    }

    private static final class Http2Answer extends ChannelInboundHandlerAdapter {
        private final String name;

        Http2Answer(String name) {
            this.name = name;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame head) {
                boolean connect = "CONNECT".contentEquals(head.headers().method());
                Http2Headers answer =
                        new DefaultHttp2Headers(false).status("200").add("x-name", name);
                ctx.writeAndFlush(new DefaultHttp2HeadersFrame(answer, /* endStream= */ !connect));
                if (connect) {
                    ctx.writeAndFlush(new DefaultHttp2DataFrame(
                            Unpooled.copiedBuffer(HELLO, StandardCharsets.ISO_8859_1), /* endStream= */ false));
                }
            } else if (message instanceof Http2DataFrame data) {
                ctx.writeAndFlush(new DefaultHttp2DataFrame(data.content(), data.isEndStream()));
            } else {
                ReferenceCountUtil.release(message);
            }
        }
    }

    /** RFC 6455 section 4.2.2. */
    private static String acceptOf(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Http2Client.Stream open(Http2Client client, String name) {
        Http2Client.Stream webSocket = client.webSocket("/ws");
        expectHello(webSocket, name);
        return webSocket;
    }

    private static void expectHello(Http2Client.Stream webSocket, String name) {
        var head = webSocket.head();
        assertThat(head.status()).hasToString("200");
        assertThat(head.get("x-name")).hasToString(name);
        assertThat(webSocket.text(HELLO.length())).isEqualTo(HELLO);
    }

    private static void expectEcho(Http2Client.Stream webSocket) {
        assertThat(webSocket.send(FRAME).text(FRAME.length())).isEqualTo(FRAME);
    }

    private static void expectAnswer(Http2Client client, String name) {
        assertThat(client.get("/").head().get("x-name")).hasToString(name);
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketStaysWhereItIsWhileRequestsGoToTheNewGenerationAndGetsAClose1012AtTheDeadline(Way way)
            throws Exception {
        Duration longLived = Duration.ofMillis(700);
        try (RunningDaemon daemon = RunningDaemon.start(settings -> settings.withLongLivedDrain(longLived))) {
            int port = register(daemon, way, 0, "first").boundPort();
            try (Http2Client client = connect(way, port)) {
                Http2Client.Stream webSocket = open(client, "first");
                expectEcho(webSocket);

                long replaced = System.nanoTime();
                register(daemon, way, port, "second");
                daemon.awaitGeneration("swapped 2");
                expectAnswer(client, "second");

                assertThat(webSocket.rest()).isEqualTo(CLOSE_1012);
                assertThat(Duration.ofNanos(System.nanoTime() - replaced)).isGreaterThan(longLived);
                webSocket.end();
                expectEcho(open(client, "second"));
                assertThat(client.isOpen()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenTheServiceCrashesItsWebSocketsGetAClose1012AndHandshakesWaitForTheNext(Way way) throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService first = register(daemon, way, 0, "first");
            int port = first.boundPort();
            try (Http2Client client = connect(way, port)) {
                Http2Client.Stream webSocket = open(client, "first");
                daemon.crash(first);
                assertThat(webSocket.rest()).isEqualTo(CLOSE_1012);
                webSocket.end();

                Http2Client.Stream held = client.webSocket("/ws").send(FRAME);
                register(daemon, way, port, "second");
                expectHello(held, "second");
                assertThat(held.text(FRAME.length())).as("what came ahead").isEqualTo(FRAME);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenTheDaemonStopsAnOpenWebSocketGetsAClose1012(Way way) throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(settings -> settings.withStopGrace(Duration.ZERO))) {
            int port = register(daemon, way, 0, "first").boundPort();
            try (Http2Client client = connect(way, port)) {
                Http2Client.Stream webSocket = open(client, "first");
                daemon.daemon().stop();
                assertThat(webSocket.rest()).isEqualTo(CLOSE_1012);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void fiftyWebSocketsOnOneConnectionDoNotDisturbEachOther(Way way) throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = register(daemon, way, 0, "first").boundPort();
            try (Http2Client client = connect(way, port)) {
                Http2Client.Stream[] all = new Http2Client.Stream[50];
                for (int i = 0; i < all.length; i++) {
                    all[i] = client.webSocket("/ws");
                }
                for (Http2Client.Stream one : all) {
                    expectHello(one, "first");
                    expectEcho(one);
                }
                for (int i = 0; i < all.length; i += 2) {
                    all[i].reset();
                }
                for (int i = 1; i < all.length; i += 2) {
                    expectEcho(all[i]);
                }
                expectAnswer(client, "first");
            }
        }
    }
}
