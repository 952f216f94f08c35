package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.PortSharingContractTest.tls;
import static io.socketmaster.server.daemon.PortSharingContractTest.tlsConnect;
import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.read;
import static io.socketmaster.server.daemon.RunningDaemon.readAll;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Kind;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract section 6 inside TLS: a client that says {@code close_notify} and reads on still gets its answer. */
class TlsHalfCloseContractTest {
    private static final String NAME = "h.example";
    private static final SocketDefinition RAW = SocketDefinition.tcp(0);

    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = RunningDaemon.start();
    }

    @AfterEach
    void stop() throws Exception {
        daemon.close();
    }

    private int register(Kind key, SocketDefinition definition, Consumer<Channel> streams) throws Exception {
        return daemon.register(tls(definition, TestCertificates.selfSigned(key, NAME)), streams)
                .expectOk()
                .boundPort();
    }

    private static SSLSocket handshake(int port, String protocol) throws Exception {
        SSLSocket client = tlsConnect(port, NAME);
        client.setEnabledProtocols(new String[] {protocol});
        client.startHandshake();
        return client;
    }

    /** Says nothing until the client has ended, then {@code answer} and what it got. */
    private static Consumer<Channel> answersAfterTheEnd(String answer) {
        return stream -> {
            stream.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                private final StringBuilder heard = new StringBuilder(answer);

                @Override
                public void channelRead(ChannelHandlerContext ctx, Object message) {
                    ByteBuf bytes = (ByteBuf) message;
                    heard.append(bytes.toString(StandardCharsets.ISO_8859_1));
                    bytes.release();
                }

                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof ChannelInputShutdownEvent) {
                        ctx.writeAndFlush(Unpooled.copiedBuffer(heard, StandardCharsets.ISO_8859_1))
                                .addListener(ChannelFutureListener.CLOSE);
                    }
                }
            });
        };
    }

    @ParameterizedTest
    @CsvSource({"EC, TLSv1.3", "EC, TLSv1.2", "RSA, TLSv1.3", "ED25519, TLSv1.3"})
    void aRawClientStillGetsItsAnswerAndThenACleanEnd(Kind key, String protocol) throws Exception {
        int port = register(key, RAW, answersAfterTheEnd("you said "));
        try (SSLSocket client = handshake(port, protocol)) {
            send(client, "hello");
            client.shutdownOutput();

            // A JDK client takes an end without close_notify for an attack, and throws.
            assertThat(readAll(client)).isEqualTo("you said hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aLongAnswerToARawClientComesWhole(String protocol) throws Exception {
        String much = "0123456789abcdef".repeat(200_000);
        int port = register(Kind.EC, RAW, answersAfterTheEnd(much));
        try (SSLSocket client = handshake(port, protocol)) {
            client.shutdownOutput();

            assertThat(readAll(client)).hasSameSizeAs(much);
        }
    }

    @Test
    void aRawClientThatWaitsForAnAbsentServiceKeepsItsEnd() throws Exception {
        TestCertificates.Credentials certificate = TestCertificates.selfSigned(NAME);
        ScriptedService first =
                daemon.register(tls(RAW, certificate), answersAfterTheEnd("")).expectOk();
        int port = first.boundPort();
        daemon.crash(first);
        try (SSLSocket client = handshake(port, "TLSv1.3")) {
            send(client, "early");
            client.shutdownOutput();
            daemon.register(tls(SocketDefinition.tcp(port), certificate), answersAfterTheEnd("you said "))
                    .expectOk();

            assertThat(readAll(client)).isEqualTo("you said early");
        }
    }

    @Test
    void aServiceThatIsLostAfterTheClientsEndIsNoCleanEnd() throws Exception {
        ScriptedService service = daemon.register(tls(RAW, TestCertificates.selfSigned(NAME)), stream -> {
                    stream.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                    ScriptedService.banner("hello").accept(stream);
                })
                .expectOk();
        try (SSLSocket client = handshake(service.boundPort(), "TLSv1.3")) {
            assertThat(read(client, 5)).isEqualTo("hello");
            client.shutdownOutput();
            daemon.crash(service);

            assertThatThrownBy(() -> readAll(client)).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aRequestIsAnsweredAfterItsClientsEnd(String protocol) throws Exception {
        int port = register(Kind.EC, SocketDefinition.http(0, "/"), ScriptedService.http("late"));
        try (SSLSocket client = handshake(port, protocol)) {
            send(client, "GET /x HTTP/1.1\r\nHost: h.example\r\n\r\n");
            client.shutdownOutput();

            assertThat(readAll(client)).startsWith("HTTP/1.1 200 ").endsWith("late: GET /x HTTP/1.1\n");
        }
    }

    @Test
    void aClientThatEndsBetweenItsRequestsIsEndedCleanly() throws Exception {
        int port = register(Kind.EC, SocketDefinition.http(0, "/"), ScriptedService.http("x"));
        try (SSLSocket client = handshake(port, "TLSv1.3")) {
            client.shutdownOutput();

            assertThat(readAll(client)).isEmpty();
        }
    }

    @Test
    void aClientThatSpeaksNoTlsIsNoHalfClosedOne() throws Exception {
        int port = register(Kind.EC, RAW, answersAfterTheEnd(""));
        try (var client = connect(port)) {
            send(client, "not TLS");
            client.shutdownOutput();

            assertThat(readAll(client)).isEmpty();
        }
    }
}
