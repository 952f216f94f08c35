package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.testing.Background;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract section 8 for gRPC: a grpc-java client, the daemon, and a grpc-java server behind it ({@code backend: h2c}). */
class GrpcInteropTest {
    private static final int MANY = 500;

    private final Credentials certificate = TestCertificates.selfSigned("localhost");
    private final List<ManagedChannel> channels = new ArrayList<>();
    private SocketMasterDaemon daemon;
    private GrpcService service;

    @BeforeEach
    void start() throws IOException {
        LogEvents log = new LogEvents(/* accessLog= */ false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withStopGrace(Duration.ZERO),
                log,
                log);
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        if (service != null) {
            service.abandon();
        }
        daemon.close();
    }

    private SocketDefinition definition(int port, boolean secured) {
        SocketDefinition clear = SocketDefinition.http(port, "/");
        return secured ? clear.withTls(certificate.certificatePem(), certificate.keyPem()) : clear;
    }

    private void serve(String name, int port, boolean secured) throws IOException {
        service = new GrpcService(name, daemon.controlAddress(), definition(port, secured), Duration.ofSeconds(30));
    }

    private ManagedChannel connect(boolean secured) throws IOException {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("localhost", service.port());
        if (secured) {
            builder.sslContext(
                    GrpcSslContexts.forClient().trustManager(certificate.root()).build());
        } else {
            builder.usePlaintext();
        }
        ManagedChannel channel = builder.build();
        channels.add(channel);
        return channel;
    }

    private static CallOptions patient() {
        return CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private static Status.Code codeOf(Runnable call) {
        return catchThrowableOfType(StatusRuntimeException.class, call::run)
                .getStatus()
                .getCode();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsOfEveryKindPass(boolean secured) throws Exception {
        serve("a", 0, secured);
        ManagedChannel channel = connect(secured);

        assertThat(ClientCalls.blockingUnaryCall(channel, GrpcService.UNARY, patient(), "hi"))
                .isEqualTo("a: hi");

        Iterator<String> numbers =
                ClientCalls.blockingServerStreamingCall(channel, GrpcService.COUNT, patient(), "" + MANY);
        for (int i = 1; i <= MANY; i++) {
            assertThat(numbers.next()).isEqualTo("" + i);
        }
        assertThat(numbers.hasNext()).isFalse();

        Answers joined = new Answers();
        StreamObserver<String> parts =
                ClientCalls.asyncClientStreamingCall(channel.newCall(GrpcService.JOIN, patient()), joined);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < MANY; i++) {
            parts.onNext(i + " ");
            expected.append(i).append(' ');
        }
        parts.onCompleted();
        assertThat(joined.next()).isEqualTo(expected.toString());
        assertThat(joined.next()).isEqualTo("END");

        Answers echoes = new Answers();
        StreamObserver<String> questions =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(GrpcService.ECHO, patient()), echoes);
        for (int i = 0; i < 20; i++) {
            questions.onNext("" + i);
            assertThat(echoes.next()).isEqualTo("echo " + i);
        }
        questions.onCompleted();
        assertThat(echoes.next()).isEqualTo("END");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBigMessagePasses(boolean secured) throws Exception {
        serve("a", 0, secured);
        String big = "x".repeat(3_000_000);
        assertThat(ClientCalls.blockingUnaryCall(connect(secured), GrpcService.UNARY, patient(), big))
                .isEqualTo("a: " + big);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStatusWithItsTextPasses(boolean secured) throws Exception {
        serve("a", 0, secured);
        ManagedChannel channel = connect(secured);
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(channel, GrpcService.FAIL, patient(), "not \u00e9 now"));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.getStatus().getDescription()).isEqualTo("not \u00e9 now");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDeadlineEndsACallAtBothEnds(boolean secured) throws Exception {
        serve("a", 0, secured);
        ManagedChannel channel = connect(secured);
        ClientCalls.blockingUnaryCall(channel, GrpcService.UNARY, patient(), "connected");
        CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS);
        assertThat(codeOf(() -> ClientCalls.blockingUnaryCall(channel, GrpcService.NEVER, soon, "")))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(service.awaitNeverCancelled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCancelledCallIsCancelledAtTheService(boolean secured) throws Exception {
        serve("a", 0, secured);
        ManagedChannel channel = connect(secured);
        var call = ClientCalls.futureUnaryCall(channel.newCall(GrpcService.NEVER, patient()), "");
        assertThat(service.awaitNeverCalled()).isTrue();
        call.cancel(true);
        assertThat(service.awaitNeverCancelled()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallToAnAbsentServiceIsHeldUntilItReturns(boolean secured) throws Exception {
        serve("a", 0, secured);
        int port = service.port();
        ManagedChannel channel = connect(secured);
        assertThat(ClientCalls.blockingUnaryCall(channel, GrpcService.UNARY, patient(), "1"))
                .isEqualTo("a: 1");
        service.close();
        var held = ClientCalls.futureUnaryCall(channel.newCall(GrpcService.UNARY, patient()), "2");
        serve("b", port, secured);
        assertThat(held.get(30, TimeUnit.SECONDS)).isEqualTo("b: 2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCallThatIsNotDoneByTheDrainDeadlineEndsInStatus14(boolean secured) throws Exception {
        service = new GrpcService("a", daemon.controlAddress(), definition(0, secured), Duration.ofSeconds(1));
        ManagedChannel channel = connect(secured);
        CompletableFuture<Status.Code> code = Background.supply(
                () -> codeOf(() -> ClientCalls.blockingUnaryCall(channel, GrpcService.NEVER, patient(), "")));
        assertThat(service.awaitNeverCalled()).isTrue();
        service.abandon();
        service = null;
        assertThat(code.get(30, TimeUnit.SECONDS)).isEqualTo(Status.Code.UNAVAILABLE);
    }

    private static final class Answers implements StreamObserver<String> {
        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return received.poll(30, TimeUnit.SECONDS);
        }

        @Override
        public void onNext(String text) {
            received.add(text);
        }

        @Override
        public void onError(Throwable failure) {
            received.add(failure.toString());
        }

        @Override
        public void onCompleted() {
            received.add("END");
        }
    }
}
