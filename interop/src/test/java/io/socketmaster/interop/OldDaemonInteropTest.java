package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterException;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.SocketDefinition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client library against a daemon that has never heard of version 2. */
class OldDaemonInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private GoProcess oldDaemon;
    private SocketMasterClient.Builder client;

    @BeforeEach
    void startTheOldDaemon() {
        oldDaemon = interop.start("olddaemon");
        String address = oldDaemon.output().await("listening ", PATIENCE).substring("listening ".length());
        client = SocketMasterClient.builder().daemon(address);
    }

    @Test
    void theClientLibraryFallsBackToVersion1AndServes() throws IOException {
        int port = Ports.pick();

        try (SocketMasterListener listener = client.listen(SocketDefinition.tcp(port))) {
            assertThat(listener.isVersion2()).isFalse();
            for (int i = 0; i < 100; i++) {
                assertAnswers(listener, port, "question " + i);
            }
        }

        assertThat(oldDaemon.errors().all()).anyMatch(line -> line.contains("Invalid protocol version: 83"));
    }

    @Test
    void aServiceThatNeedsVersion2IsToldThatTheDaemonIsTooOld() {
        assertThatExceptionOfType(SocketMasterException.class)
                .isThrownBy(() -> client.requireVersion2().listen(SocketDefinition.tcp(Ports.pick())))
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                .withMessageContaining("version 1");
    }

    private static void assertAnswers(SocketMasterListener listener, int port, String question) throws IOException {
        try (Socket visitor = new Socket(InetAddress.getLoopbackAddress(), port)) {
            visitor.setSoTimeout((int) PATIENCE.toMillis());
            visitor.getOutputStream().write((question + "\n").getBytes(StandardCharsets.US_ASCII));
            try (StreamConnection connection = listener.accept(PATIENCE).orElseThrow()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
                connection.getOutputStream().write(("answer to " + in.readLine()).getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(visitor.getInputStream().readAllBytes()).asString().isEqualTo("answer to " + question);
        }
    }
}
