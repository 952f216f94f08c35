package io.socketmaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.Unpooled;
import io.socketmaster.client.forward.ProxyProtocol;
import io.socketmaster.client.testing.FakeDaemon;
import io.socketmaster.client.testing.FakeDaemon.Script;
import io.socketmaster.client.testing.FakeSession;
import io.socketmaster.client.testing.FakeStream;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.protocol.RegistrationOptions.StreamHeader;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.handshake.ReplyEncoder;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a service becomes registered, and how it hears that it is not. */
class RegistrationTest {
    private static final SocketDefinition DEFINITION = SocketDefinition.http(8000, "/a/");

    private final FakeDaemon daemon = FakeDaemon.start();

    @AfterEach
    void stop() {
        daemon.close();
    }

    private SocketMasterClient.Builder client() {
        return SocketMasterClient.builder().daemon(daemon.address());
    }

    @Test
    void theDaemonHearsTheDefinitionAndEveryOption() throws Exception {
        SocketMasterListener listener = client().name("shop")
                .instance("i-1")
                .policy(Policy.JOIN)
                .hold(Duration.ofSeconds(3))
                .drain(Duration.ofSeconds(4))
                .hosts("b.example")
                .alpn("http/1.1")
                .weight(7)
                .token("secret")
                .metadata("commit", "abc")
                .listen(DEFINITION);

        HandshakeRequest request = daemon.nextRequest();
        RegistrationOptions options = request.options().orElseThrow();
        assertThat(request.definition()).isEqualTo(DEFINITION);
        assertThat(options.name()).isEqualTo("shop");
        assertThat(options.instance()).isEqualTo("i-1");
        assertThat(options.policy()).isEqualTo(Policy.JOIN);
        assertThat(options.hold()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.drain()).isEqualTo(Duration.ofSeconds(4));
        assertThat(options.hosts()).containsExactly("b.example");
        assertThat(options.alpn()).containsExactly("http/1.1");
        assertThat(options.weight()).isEqualTo(7);
        assertThat(options.token()).isEqualTo("secret");
        assertThat(options.metadata()).containsEntry("commit", "abc");
        assertThat(options.streamHeader()).isEqualTo(StreamHeader.PROXY_V2);
        assertThat(options.client()).startsWith("socketmaster-java");
        listener.closeNow();
    }

    @Test
    void aServiceThatSharesItsStreamsAsksForNoStreamHeader() throws Exception {
        SocketMasterListener listener = client().sharedStreams().listen(DEFINITION);

        assertThat(daemon.nextRequest().options().orElseThrow().streamHeader()).isEqualTo(StreamHeader.NONE);
        listener.closeNow();
    }

    @Test
    void onlyHttpCanShareItsStreamsAndOnlyIfNobodyIsToldWhoseTheyAre() {
        InetSocketAddress program = new InetSocketAddress("127.0.0.1", 1);

        assertThat(catchThrowableOfType(
                        SocketMasterException.class,
                        () -> client().sharedStreams().listen(SocketDefinition.tcp(8000))))
                .hasMessageContaining("sharedStreams() is for HTTP")
                .hasMessageContaining("leave it out");
        assertThat(catchThrowableOfType(
                        SocketMasterException.class,
                        () -> client().sharedStreams()
                                .proxyProtocol(ProxyProtocol.V2)
                                .forwardTo(DEFINITION, program)))
                .hasMessageContaining("leave one of them out");
    }

    @Test
    void theListenerTellsWhatTheDaemonSaid() throws Exception {
        daemon.script(exchange -> exchange.accept(List.of("127.0.0.1:40001"), List.of("the certificate has expired")));

        SocketMasterListener listener = client().listen(SocketDefinition.tcp(0));

        assertThat(listener.boundAddresses()).containsExactly(new InetSocketAddress("127.0.0.1", 40001));
        assertThat(listener.boundTo()).isEqualTo("127.0.0.1:40001");
        assertThat(listener.generation()).isPositive();
        assertThat(listener.session()).startsWith("session-");
        assertThat(listener.warnings()).containsExactly("the certificate has expired");
        assertThat(listener.isVersion2()).isTrue();
        assertThat(listener.isClosed()).isFalse();
        listener.closeNow();
    }

    @Test
    void whatADaemonOfVersion2IsTooOldForIsAWarning() throws Exception {
        daemon.script(exchange -> exchange.accept(List.of(), List.of(), List.of("hosts")));

        SocketMasterListener listener = client().hosts("b.example").alpn("mqtt").listen(DEFINITION);

        assertThat(listener.warnings())
                .containsExactly("it is too old for alpn and leaves that out; update the daemon");
        listener.closeNow();
    }

    @Test
    void withoutADaemonTheErrorSaysWhereItWasSoughtAndWhatToDo() {
        daemon.close();

        SocketMasterException error =
                catchThrowableOfType(SocketMasterException.class, () -> client().listen(DEFINITION));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error.isRetryable()).isTrue();
        assertThat(error)
                .hasMessageContaining("127.0.0.1:" + daemon.port())
                .hasMessageContaining("refused")
                .hasMessageContaining("start one with the command 'socketmaster'")
                .hasMessageContaining("SOCKETMASTER_ADDR=host:port");
    }

    @Test
    void anUnknownHostIsNamed() {
        SocketMasterException error = catchThrowableOfType(
                SocketMasterException.class,
                () -> SocketMasterClient.builder().daemon("daemon.invalid:1").listen(DEFINITION));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error).hasMessageContaining("daemon.invalid:1 (unknown host)");
    }

    @Test
    void aMalformedDaemonAddressIsRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SocketMasterClient.builder().daemon("nonsense"))
                .withMessageContaining("'nonsense'");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void aRefusalIsThrownWithItsCodeAndSentence(ErrorCode code) {
        daemon.script(Script.refuse(new ProtocolException(code, "port 8000 is held by nginx")));

        SocketMasterException error =
                catchThrowableOfType(SocketMasterException.class, () -> client().listen(DEFINITION));

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.isRetryable()).isEqualTo(code.isRetryable());
        assertThat(error).hasMessage(code + ": port 8000 is held by nginx");
    }

    @Test
    void aRefusalOfAnOldDaemonIsThrownToo() {
        daemon.script(exchange -> exchange.write(ReplyEncoder.encode(
                        HandshakeReply.errorV1(new ProtocolException(ErrorCode.PORT_IN_USE, "port 8000 is taken")),
                        exchange.connection().alloc()))
                .close());

        SocketMasterException error =
                catchThrowableOfType(SocketMasterException.class, () -> client().listen(DEFINITION));

        assertThat(error.code()).isEqualTo(ErrorCode.PORT_IN_USE);
        assertThat(error).hasMessage("PORT_IN_USE: port 8000 is taken");
    }

    @Test
    void aDefinitionThatCannotBeSentIsRefusedBeforeItIsSent() {
        SocketMasterException error = catchThrowableOfType(
                SocketMasterException.class,
                () -> client().name("x".repeat(1000)).listen(DEFINITION));

        assertThat(error.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(error).hasMessageContaining("name");
    }

    @Test
    void aGarbageReplyIsAPermanentErrorAtOnce() {
        daemon.script(Script.raw("HTTP/1.1 400 Bad Request\r\n\r\n"));

        SocketMasterException error =
                catchThrowableOfType(SocketMasterException.class, () -> client().listen(DEFINITION));

        assertThat(error.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(error.isRetryable()).isFalse();
    }

    @Test
    void aDaemonThatNeverAnswersIsGivenUp() {
        daemon.script(exchange -> {});

        SocketMasterException error = catchThrowableOfType(
                SocketMasterException.class,
                () -> client().handshakeTimeout(Duration.ofMillis(100)).listen(DEFINITION));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error).hasMessageContaining("did not answer the registration within 100 ms");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 10, 11, 17, 18, 19, 40})
    void aReplyThatIsCutAnywhereIsRetryable(int length) {
        var whole = ReplyEncoder.encode(
                HandshakeReply.ok(HandshakeReply.Details.registered(
                        "session-1", 1, List.of("127.0.0.1:8000"), "", List.of(), List.of())),
                Unpooled.buffer().alloc());
        byte[] cut = new byte[length];
        whole.readBytes(cut).release();
        daemon.script(Script.rawThenClose(cut));

        // An OK and nothing behind it is what an old daemon does; that the library knows otherwise is asked for here.
        SocketMasterException error = catchThrowableOfType(
                SocketMasterException.class, () -> client().requireVersion2().listen(DEFINITION));

        assertThat(error.code()).isEqualTo(length == 10 ? ErrorCode.BAD_REQUEST : ErrorCode.UNAVAILABLE);
    }

    @Test
    void aReplyThatComesByteByByteIsReadAllTheSame() throws Exception {
        daemon.script(exchange -> exchange.acceptByteByByte("127.0.0.1:40002"));

        SocketMasterListener listener = client().listen(SocketDefinition.tcp(0));

        assertThat(listener.boundAddresses()).containsExactly(new InetSocketAddress("127.0.0.1", 40002));
        daemon.nextSession().open().write("x");
        listener.accept().reset();
        listener.closeNow();
    }

    @Test
    void withAnOldDaemonTheServiceRegistersInItsWay() throws Exception {
        daemon.script(Script.old());

        SocketMasterListener listener = client().listen(DEFINITION);

        assertThat(daemon.nextRequest().options()).isPresent();
        assertThat(daemon.nextRequest()).isEqualTo(HandshakeRequest.version1(DEFINITION));
        assertThat(listener.isVersion2()).isFalse();
        assertThat(listener.session()).isEmpty();
        assertThat(listener.boundAddresses()).containsExactly(new InetSocketAddress(8000));
        assertThat(listener.boundTo()).isEqualTo("0.0.0.0:8000");
        FakeStream stream = daemon.nextSession().open().write("ping");
        try (StreamConnection connection = listener.accept()) {
            assertThat(connection.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
            assertThat(((InetSocketAddress) connection.remoteAddress()).getPort())
                    .isEqualTo(daemon.port());
            connection.getOutputStream().write("pong".getBytes(StandardCharsets.US_ASCII));
        }
        stream.awaitText("pong");
        listener.closeNow();
    }

    @Test
    void anOldDaemonThatSendsAFrameBeforeItDropsTheSessionIsRecognisedToo() throws Exception {
        byte[] okAndPing = new byte[8 + 2 + 12];
        okAndPing[7] = 2;
        okAndPing[8] = 'O';
        okAndPing[9] = 'K';
        okAndPing[11] = 2; // ping
        okAndPing[13] = 1; // SYN
        daemon.script(exchange -> {
            if (exchange.request().options().isPresent()) {
                Script.raw(okAndPing).play(exchange);
            } else {
                Script.old().play(exchange);
            }
        });

        SocketMasterListener listener = client().listen(DEFINITION);

        assertThat(listener.isVersion2()).isFalse();
        listener.closeNow();
    }

    @Test
    void whatNeedsVersion2FailsWithAnOldDaemonAndSaysWhatItIs() {
        daemon.script(Script.old());

        assertThat(refusedByOldDaemon(client().requireVersion2())).contains("requireVersion2");
        assertThat(refusedByOldDaemon(client().policy(Policy.JOIN))).contains("policy");
        assertThat(refusedByOldDaemon(client().ready(false))).contains("ready=false");
        assertThat(refusedByOldDaemon(client().hosts("a").sni("b").token("c"))).contains("hosts, sni, token");
    }

    private static String refusedByOldDaemon(SocketMasterClient.Builder client) {
        SocketMasterException error =
                catchThrowableOfType(SocketMasterException.class, () -> client.listen(DEFINITION));
        assertThat(error.isRetryable()).isFalse();
        assertThat(error).hasMessageContaining("version 1").hasMessageContaining("update the daemon");
        return error.getMessage();
    }

    @Test
    void listenThatIsInterruptedGivesUp() throws Exception {
        daemon.script(exchange -> {});
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        AtomicReference<Boolean> stillInterrupted = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            failure.complete(catchThrowableOfType(Exception.class, () -> client().listen(DEFINITION)));
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        thread.start();
        daemon.nextRequest();

        thread.interrupt();
        thread.join();

        assertThat(failure.join()).isInstanceOf(InterruptedIOException.class);
        assertThat(stillInterrupted).hasValue(true);
    }

    @Test
    void listenAsyncFailsWithTheSameError() {
        daemon.script(Script.refuse(new ProtocolException(ErrorCode.DENIED, "no")));

        CompletableFuture<SocketMasterListener> listening = client().listenAsync(DEFINITION);

        CompletionException error = catchThrowableOfType(CompletionException.class, listening::join);
        assertThat(error).hasCauseInstanceOf(SocketMasterException.class).hasMessageContaining("DENIED: no");
    }

    @Test
    void theDaemonMayBeOnAUnixSocket(@TempDir Path directory) throws Exception {
        try (FakeDaemon unix = FakeDaemon.start(UnixDomainSocketAddress.of(directory.resolve("s")))) {
            SocketMasterListener listener =
                    SocketMasterClient.builder().daemon(unix.address()).listen(DEFINITION);

            FakeSession session = unix.nextSession();
            FakeStream stream = session.open().write("hello");
            try (StreamConnection connection = listener.accept()) {
                assertThat(connection.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
                assertThat(connection.remoteAddress())
                        .isEqualTo(
                                FakeSession.SOMEBODY.endpoints().orElseThrow().source());
            }
            stream.awaitEnd();
            listener.closeNow();
        }
    }

    @Test
    void aMissingUnixSocketIsNamed(@TempDir Path directory) {
        SocketMasterException error = catchThrowableOfType(
                SocketMasterException.class,
                () -> SocketMasterClient.builder()
                        .daemon("unix:" + directory.resolve("missing"))
                        .listen(DEFINITION));

        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error).hasMessageContaining("unix:" + directory.resolve("missing"));
    }
}
