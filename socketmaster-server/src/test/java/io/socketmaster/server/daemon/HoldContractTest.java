package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.PortSharingContractTest.tls;
import static io.socketmaster.server.daemon.PortSharingContractTest.tlsConnect;
import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.readAll;
import static io.socketmaster.server.daemon.RunningDaemon.readUntil;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static io.socketmaster.server.daemon.ScriptedService.echo;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Contract section 3: a service that leaves is waited for; and the daemon's own stop. */
class HoldContractTest {
    private static final String REQUEST = "GET /held HTTP/1.1\r\nHost: h.example\r\nConnection: close\r\n\r\n";

    @Test
    void aRequestWaitsForAServiceThatComesBack() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService first = daemon.register(SocketDefinition.http(0, "/"), http("first"))
                    .expectOk();
            int port = first.boundPort();
            first.close();
            try (Socket client = connect(port)) {
                send(client, REQUEST);
                daemon.register(SocketDefinition.http(port, "/"), http("second"))
                        .expectOk();

                assertThat(readAll(client)).contains("second: GET /held ");
            }
        }
    }

    @Test
    void aTlsHandshakeWithAnAbsentServiceCompletesAndItsRequestWaits() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("h.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService first = daemon.register(
                            tls(SocketDefinition.http(0, "/").withDomain("h.example"), certificate), http("first"))
                    .expectOk();
            int port = first.boundPort();
            first.close();
            try (SSLSocket client = tlsConnect(port, "h.example")) {
                client.startHandshake();
                send(client, REQUEST);
                daemon.register(
                                tls(SocketDefinition.http(port, "/").withDomain("h.example"), certificate),
                                http("second"))
                        .expectOk();

                assertThat(readAll(client)).contains("second: GET /held ");
            }
        }
    }

    @Test
    void aTcpConnectionWaitsWithWhatItSaid() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService first =
                    daemon.register(SocketDefinition.tcp(0), echo()).expectOk();
            int port = first.boundPort();
            first.close();
            try (Socket client = connect(port)) {
                send(client, "early");
                client.shutdownOutput();
                daemon.register(SocketDefinition.tcp(port), echo()).expectOk();

                assertThat(readAll(client)).isEqualTo("early");
            }
        }
    }

    @Test
    void whenTheHoldPassesQueuedHttpGets503WithRetryAfterAndThePortCloses() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = daemon.register(
                            SocketDefinition.http(0, "/"), Options.hold(Duration.ofMillis(500)), http("x"))
                    .expectOk();
            int port = service.boundPort();
            service.close();
            try (Socket client = connect(port)) {
                send(client, REQUEST);
                assertThat(readAll(client)).startsWith("HTTP/1.1 503 ").containsIgnoringCase("\r\nretry-after: ");
            }
            await().untilAsserted(() -> Assertions.assertThatIOException()
                    .isThrownBy(() -> connect(port).close()));
        }
    }

    @Test
    void whenTheHoldPassesAQueuedTcpConnectionIsReset() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = daemon.register(
                            SocketDefinition.tcp(0), Options.hold(Duration.ofMillis(500)), echo())
                    .expectOk();
            int port = service.boundPort();
            service.close();
            try (Socket client = connect(port)) {
                send(client, "hello");
                Assertions.assertThatExceptionOfType(SocketException.class).isThrownBy(() -> readAll(client));
            }
        }
    }

    @Test
    void aRedeployWithBothGenerationsAliveSwapsWithoutClosingClientConnections() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/"), http("generation-0"))
                    .expectOk()
                    .boundPort();
            try (Socket client = connect(port)) {
                for (int i = 1; i <= 20; i++) {
                    ScriptedService next = daemon.register(SocketDefinition.http(port, "/"), http("generation-" + i))
                            .expectOk();
                    String expected = "generation-" + i + ": GET / HTTP/1.1\n";
                    // The swap is done when the session has begun, a moment after its reply.
                    await().untilAsserted(() -> {
                        send(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                        assertThat(readUntil(client.getInputStream(), "HTTP/1.1\n"))
                                .endsWith(expected);
                    });
                    assertThat(next.reply().details().orElseThrow().generation())
                            .isEqualTo(i + 1);
                }
            }
        }
    }

    @Test
    void aStopLetsWhatIsInFlightFinish() throws Exception {
        CompletableFuture<ChannelHandlerContext> asked = new CompletableFuture<>();
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/"), answersLater(asked))
                    .expectOk()
                    .boundPort();
            try (Socket client = connect(port);
                    Socket idle = connect(port)) {
                send(idle, "GET / HT");
                send(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
                ChannelHandlerContext stream = asked.get(10, java.util.concurrent.TimeUnit.SECONDS);
                CompletableFuture<Void> stopped = daemon.daemon().stop();
                await().untilAsserted(() -> Assertions.assertThatIOException()
                        .isThrownBy(() -> connect(port).close()));
                assertThat(stopped).isNotDone();

                answer(stream);

                assertThat(readAll(client)).contains("late answer").containsIgnoringCase("connection: close");
                stopped.get(10, java.util.concurrent.TimeUnit.SECONDS);
            }
        }
    }

    private static Consumer<Channel> answersLater(CompletableFuture<ChannelHandlerContext> asked) {
        return stream -> stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ((ByteBuf) message).release();
                asked.complete(ctx);
            }
        });
    }

    private static void answer(ChannelHandlerContext stream) throws IOException {
        stream.writeAndFlush(Unpooled.copiedBuffer(
                        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nlate answer", StandardCharsets.US_ASCII))
                .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
    }
}
