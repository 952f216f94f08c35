package io.socketmaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.bootstrap.Bootstrap;
import io.socketmaster.client.forward.HealthCheck;
import io.socketmaster.client.forward.ProxyProtocol;
import io.socketmaster.client.testing.FakeDaemon;
import io.socketmaster.client.testing.FakeDaemon.Script;
import io.socketmaster.client.testing.FakeSession;
import io.socketmaster.client.testing.FakeStream;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Streams that are passed on to a program with an address of its own. */
@Timeout(60)
class ForwardingTest {
    private final FakeDaemon daemon = FakeDaemon.start().script(Script.ok("127.0.0.1:40001"));
    private ServerSocket program;
    private Forwarding forwarding;

    @AfterEach
    void stop() throws IOException {
        if (forwarding != null) {
            forwarding.closeNow();
        }
        daemon.close();
        if (program != null) {
            program.close();
        }
    }

    private SocketMasterClient.Builder client() {
        return SocketMasterClient.builder()
                .daemon(daemon.address())
                .backoff(Duration.ofMillis(1), Duration.ofMillis(20));
    }

    private void listen() throws IOException {
        program = new ServerSocket(program == null ? 0 : program.getLocalPort(), 50, InetAddress.getLoopbackAddress());
    }

    private FakeSession forward(SocketMasterClient.Builder client) throws Exception {
        forwarding =
                client.forwardTo(SocketDefinition.tcp(0), new InetSocketAddress("127.0.0.1", program.getLocalPort()));
        return daemon.nextSession();
    }

    private static void awaitReady(FakeSession session) {
        await().until(() -> session.messages().contains(new ControlMessage.Ready()));
    }

    private FakeSession forwardToProgram() throws Exception {
        listen();
        FakeSession session = forward(client());
        awaitReady(session);
        dropProbe();
        return session;
    }

    /** The look that found the program. */
    private void dropProbe() throws IOException {
        program.accept().close();
    }

    private static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bytesPassBothWays() throws Exception {
        FakeStream stream = forwardToProgram().open();
        try (Socket connection = program.accept()) {
            stream.write("question");
            assertThat(read(connection, 8)).isEqualTo("question");
            write(connection, "answer");
            stream.awaitText("answer");
        }
    }

    @Test
    void aProgramMaySpeakFirst() throws Exception {
        FakeStream stream = forwardToProgram().open();
        try (Socket connection = program.accept()) {
            write(connection, "220 mail");
            stream.awaitText("220 mail");
        }
    }

    @Test
    void aClientThatHalfClosesStillGetsItsAnswer() throws Exception {
        FakeStream stream = forwardToProgram().open();
        try (Socket connection = program.accept()) {
            stream.write("all");
            stream.finish();
            assertThat(connection.getInputStream().readAllBytes()).hasSize(3);
            write(connection, "late answer");
            connection.shutdownOutput();
            stream.awaitText("late answer");
            stream.awaitEnd();
            assertThat(stream.broken()).isNull();
        }
    }

    @Test
    void aProgramThatHalfClosesStillHearsTheClient() throws Exception {
        FakeStream stream = forwardToProgram().open();
        try (Socket connection = program.accept()) {
            write(connection, "done");
            connection.shutdownOutput();
            stream.awaitEnd();
            stream.write("still here");
            assertThat(read(connection, 10)).isEqualTo("still here");
            stream.finish();
            assertThat(connection.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aClientsResetIsAResetForTheProgram() throws Exception {
        FakeStream stream = forwardToProgram().open();
        try (Socket connection = program.accept()) {
            stream.write("x");
            assertThat(connection.getInputStream().read()).isEqualTo('x');
            stream.reset();
            assertThatThrownBy(() -> connection.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void aProgramsResetIsAResetForTheClient() throws Exception {
        FakeStream stream = forwardToProgram().open();
        Socket connection = program.accept();
        stream.write("x");
        assertThat(connection.getInputStream().read()).isEqualTo('x');
        connection.setSoLinger(true, 0);
        connection.close();

        stream.awaitBroken();
        assertThat(stream.broken().reason()).isEqualTo(StreamClosedException.Cause.RESET);
        assertThat(stream.isEnded()).isFalse();
    }

    @Test
    void whatTheClientDoesNotReadStaysWithTheProgram() throws Exception {
        FakeStream stream = forwardToProgram().open();
        try (Socket connection = program.accept()) {
            stream.awaitTaken();
            stream.stopReading();
            byte[] piece = new byte[64 * 1024];
            CompletableFuture<Long> sent = Background.supply(() -> {
                long count = 0;
                try {
                    for (int i = 0; i < 1024; i++) {
                        connection.getOutputStream().write(piece);
                        count += piece.length;
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return count;
            });
            // Windows and socket buffers are far smaller than 64 MiB.
            await().during(Duration.ofMillis(300)).until(() -> !sent.isDone());
            stream.goOnReading();
            assertThat(sent.join()).isEqualTo(64L << 20);
            await().until(() -> stream.receivedCount() == 64 << 20);
        }
    }

    @Test
    void whatTheProgramDoesNotReadStaysWithTheClient() throws Exception {
        FakeStream stream = forwardToProgram().open();
        try (Socket connection = program.accept()) {
            var written = stream.write(new byte[32 << 20]);
            await().during(Duration.ofMillis(300)).until(() -> !written.isDone());
            CompletableFuture<Integer> read = Background.supply(() -> {
                try {
                    return connection.getInputStream().readNBytes(32 << 20).length;
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(read.join()).isEqualTo(32 << 20);
        }
    }

    @Test
    void aProgramThatIsDownIsAbsentUntilItAnswers() throws Exception {
        listen();
        program.close();
        FakeSession session = forward(client());
        assertThat(session.request().options().orElseThrow().ready()).isFalse();
        FakeStream early = session.open();
        early.awaitBroken();
        assertThat(early.broken().isEstablished()).isFalse(); // nobody saw it: it may be sent again
        assertThat(session.messages()).isEmpty();

        listen();
        awaitReady(session);
        dropProbe();
        FakeStream stream = session.open();
        program.accept().close();
        stream.awaitEnd();
    }

    @Test
    void aProgramThatGoesIsNoticedByTheFirstStreamWhichIsRefusedUnseenAndItComesBack() throws Exception {
        FakeSession session = forwardToProgram();
        program.close();

        FakeStream unlucky = session.open();
        unlucky.awaitBroken();
        assertThat(unlucky.broken().isEstablished()).isFalse();
        await().until(() -> session.messages().contains(new ControlMessage.Standby(false)));

        listen();
        await().until(() -> session.messages().size() == 3);
        assertThat(session.messages()).last().isEqualTo(new ControlMessage.Ready());
    }

    @Test
    void aStreamThatRunsSurvivesThatItsProgramTakesNoMore() throws Exception {
        FakeSession session = forwardToProgram();
        FakeStream running = session.open();
        try (Socket connection = program.accept()) {
            program.close();
            session.open().awaitBroken();
            write(connection, "still");
            running.awaitText("still");
        }
    }

    @Test
    void afterAReconnectAnAbsentProgramIsStillAbsent() throws Exception {
        FakeSession session = forwardToProgram();
        program.close();
        session.open().awaitBroken();
        await().until(() -> session.messages().size() == 2);

        session.cut();

        assertThat(daemon.nextSession().request().options().orElseThrow().ready())
                .isFalse();
    }

    @Test
    void theProgramIsToldTheClientInOneLine() throws Exception {
        listen();
        FakeSession session = forward(client().proxyProtocol(ProxyProtocol.V1));
        awaitReady(session);
        dropProbe();
        FakeStream stream = session.open();
        stream.write("GET");
        try (Socket connection = program.accept()) {
            String line = "PROXY TCP4 192.0.2.7 198.51.100.2 51000 443\r\n";
            assertThat(read(connection, line.length() + 3)).isEqualTo(line + "GET");
        }
    }

    @Test
    void theProgramIsToldTheClientInTheBinaryHeaderBeforeTheClientSpeaks() throws Exception {
        listen();
        FakeSession session = forward(client().proxyProtocol(ProxyProtocol.V2));
        awaitReady(session);
        dropProbe();
        session.open(FakeSession.SOMEBODY.withAuthority("a.example"));
        try (Socket connection = program.accept()) {
            byte[] header = connection.getInputStream().readNBytes(28);
            assertThat(header).startsWith('\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n', 0x21, 0x11);
            assertThat(read(connection, 12)).endsWith("a.example");
        }
    }

    @Test
    void aProgramOnAUnixSocketIsServedAlike(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("p.sock"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            forwarding = client().forwardTo(SocketDefinition.tcp(0), address);
            FakeSession session = daemon.nextSession();
            session.open().awaitBroken();
            server.bind(address);
            awaitReady(session);
            server.accept().close();
            FakeStream stream = session.open();
            stream.write("hello");
            stream.finish();
            try (SocketChannel connection = server.accept()) {
                ByteBuffer in = ByteBuffer.allocate(16);
                while (connection.read(in) >= 0) {
                    // until its end
                }
                assertThat(in.position()).isEqualTo(5);
                connection.write(ByteBuffer.wrap(new byte[] {'o', 'k'}));
                connection.shutdownOutput();
                stream.awaitText("ok");
                stream.awaitEnd();
            }
        }
    }

    @Test
    void aConnectionToAUnixSocketIsNotWarnedOfEachTime(@TempDir Path directory) throws Exception {
        Logger dialling = (Logger) LoggerFactory.getLogger(Bootstrap.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        dialling.addAppender(said);
        try {
            forwarding = client().forwardTo(
                            SocketDefinition.tcp(0), UnixDomainSocketAddress.of(directory.resolve("p.sock")));
            daemon.nextSession().open().awaitBroken();

            assertThat(said.list).isEmpty();
        } finally {
            dialling.detachAppender(said);
        }
    }

    @Test
    void aSuspendedProgramIsNotLookedForUntilItIsSaidWhereItIs() throws Exception {
        FakeSession session = forwardToProgram();
        forwarding.suspend("exited with status 1");
        await().until(() -> session.messages().contains(new ControlMessage.Standby(false)));
        session.open().awaitBroken();

        ServerSocket before = program;
        program = null;
        listen();
        forwarding.moveTo(new InetSocketAddress("127.0.0.1", program.getLocalPort()));
        await().until(() -> session.messages().size() == 3);
        dropProbe();
        session.open();
        program.accept().close();
        before.close();
    }

    @Test
    void aProgramThatFailsItsHealthCheckLeavesTheRotationUnlessItIsTheLastAndComesBack() throws Exception {
        listen();
        HttpAnswers health = new HttpAnswers(program);
        FakeSession session = forward(client().healthCheck(
                        HealthCheck.http("/health").every(Duration.ofMillis(10)).failingAfter(2)));
        awaitReady(session);
        assertThat(health.firstRequest())
                .startsWith("GET /health HTTP/1.1\r\nHost: 127.0.0.1:")
                .contains("close");

        health.status = 500;
        await().until(() -> session.messages().contains(new ControlMessage.Standby(true)));
        health.status = 204;
        await().until(() -> session.messages().get(session.messages().size() - 1) instanceof ControlMessage.Ready);
    }

    @Test
    void oneThatListensAndNeverIsWellGetsNoTraffic() throws Exception {
        listen();
        HttpAnswers health = new HttpAnswers(program);
        health.status = 503;
        FakeSession session = forward(client().healthCheck(HealthCheck.http("/health")));
        await().until(() -> health.asked >= 3);
        assertThat(session.messages()).isEmpty();
        health.status = 200;
        forwardingIsActiveWhenTheDaemonSaysSo(session);
    }

    private void forwardingIsActiveWhenTheDaemonSaysSo(FakeSession session) {
        awaitReady(session);
        assertThat(forwarding.active()).isNotDone();
        session.say(new ControlMessage.Activated());
        forwarding.active().join();
    }

    @Test
    void closeLetsRunningConnectionsFinish() throws Exception {
        FakeSession session = forwardToProgram();
        FakeStream running = session.open();
        try (Socket connection = program.accept()) {
            CompletableFuture<Void> closed = forwarding.drain();
            await().until(() -> session.messages().contains(ControlMessage.Drain.fromService()));
            write(connection, "last words");
            running.awaitText("last words");
            assertThat(closed).isNotDone();
            connection.shutdownOutput();
            running.finish();
            closed.join();
        }
    }

    /** A program that answers everything with a status. */
    private static final class HttpAnswers {
        private final CompletableFuture<String> first = new CompletableFuture<>();
        private final ServerSocket socket;
        volatile int status = 200;
        volatile int asked;

        HttpAnswers(ServerSocket socket) {
            this.socket = socket;
            Thread thread = new Thread(this::serve, "health");
            thread.setDaemon(true);
            thread.start();
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        private void serve() {
            byte[] buffer = new byte[1024];
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    int count = connection.getInputStream().read(buffer);
                    first.complete(new String(buffer, 0, Math.max(0, count), StandardCharsets.US_ASCII));
                    asked++;
                    write(connection, "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
                } catch (IOException e) {
                    assertThat(e).isInstanceOf(SocketException.class);
                }
            }
        }

        String firstRequest() {
            return first.join();
        }
    }
}
