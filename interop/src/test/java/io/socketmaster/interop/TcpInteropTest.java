package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plain TCP for services in Go: who speaks first, who ends first, and how. */
class TcpInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aServerThatSpeaksFirstIsHeardBeforeTheClientSaysAnything() {
        GoService service = interop.start(GoService.of("banner"));

        JsonNode result = tcp(service, "-await", "11", "-end", "fin");

        assertThat(result.get("received").asText()).isEqualTo("220 ready\r\n");
        assertThat(result.get("ended").asText()).isEqualTo("eof");
        service.awaitNoStreams();
    }

    @Test
    void aClientThatHalfClosesStillGetsItsAnswer() {
        GoService service = interop.start(GoService.of("aftereof"));

        JsonNode result = tcp(service, "-text", "all that I have to say", "-more", "3000000");

        assertThat(result.get("received").asText()).startsWith("3000022 ");
        assertThat(result.get("ended").asText()).isEqualTo("eof");
        service.awaitNoStreams();
    }

    @Test
    void aClientThatHalfClosesWithoutAWordStillGetsItsAnswer() {
        GoService service = interop.start(GoService.of("aftereof"));

        JsonNode result = tcp(service);

        assertThat(result.get("received").asText()).startsWith("0 ");
        assertThat(result.get("ended").asText()).isEqualTo("eof");
    }

    @Test
    void aServiceThatEndsItsSideFirstIsSeenToEndWhileTheClientGoesOn() throws IOException {
        GoService service = interop.start(GoService.of("closefirst"));

        try (Socket client = connect(service)) {
            client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("bye\n");
            // Less than a window: nobody reads it any more.
            client.getOutputStream().write(new byte[100_000]);
            client.shutdownOutput();
        }

        service.awaitNoStreams();
    }

    @Test
    void streamsThatTheServiceEndedFirstLeaveNothingBehind() throws IOException {
        GoService service = interop.start(GoService.of("closefirst"));

        // More than a service can hold that it has not accepted.
        for (int i = 0; i < 300; i++) {
            try (Socket client = connect(service)) {
                client.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("bye\n");
            }
        }

        service.awaitNoStreams();
    }

    @Test
    void aClientsResetIsAResetForTheService() {
        GoService service = interop.start(GoService.of("echo"));

        tcp(service, "-text", "ping", "-await", "4", "-end", "rst");

        assertThat(service.awaits("stream 1 ended")).isEqualTo("stream 1 ended: connection reset");
        service.awaitNoStreams();
    }

    @Test
    void aServicesResetIsAResetForTheClientBehindWhatItSaid() {
        GoService service = interop.start(GoService.of("reset"));

        JsonNode result = tcp(service, "-text", "break it\n", "-await", "9", "-end", "stay");

        assertThat(result.get("received").asText()).isEqualTo("break it\n");
        assertThat(result.get("ended").asText()).isEqualTo("reset");
    }

    @Test
    void aServiceThatIsKilledIsAResetForItsClients() throws IOException {
        GoService service = interop.start(GoService.of("echo"));
        try (Socket client = connect(service)) {
            echo(client, "the stream is there");

            service.process().kill();

            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> client.getInputStream().read())
                    .withMessageContaining("reset");
        }
    }

    @Test
    void afterGoAwayWhatRunsGoesOnAndWhatIsNewGoesToTheNextService() throws IOException {
        GoService leaving = interop.start(GoService.of("echo"));
        try (Socket old = connect(leaving)) {
            echo(old, "before");

            leaving.goAway();
            GoService next = interop.start(GoService.of("banner").on(leaving.port()));

            try (Socket young = connect(next)) {
                assertThat(young.getInputStream().readNBytes(11)).asString().isEqualTo("220 ready\r\n");
                echo(old, "after");
                echo(young, "new");
            }
            old.shutdownOutput();
            assertThat(old.getInputStream().readAllBytes()).isEmpty();
        }
        leaving.awaitNoStreams();
    }

    @Test
    void aConnectionThatComesAfterGoAwayWaitsForTheNextService() throws IOException {
        GoService leaving = interop.start(GoService.of("echo"));
        leaving.goAway();
        interop.awaitEvent(0, "absent", leaving);

        try (Socket waiting = connect(leaving)) {
            waiting.getOutputStream().write("early".getBytes(StandardCharsets.US_ASCII));
            interop.start(GoService.of("echo").on(leaving.port()));
            assertThat(waiting.getInputStream().readNBytes(5)).asString().isEqualTo("early");
        }
    }

    private static JsonNode tcp(GoService service, String... flags) {
        String[] arguments = Arrays.copyOf(new String[] {"tcp", "-addr", service.address()}, 3 + flags.length);
        System.arraycopy(flags, 0, arguments, 3, flags.length);
        return interop.client(PATIENCE, arguments);
    }

    private static Socket connect(GoService service) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    private static void echo(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().readNBytes(text.length())).asString().isEqualTo(text);
    }
}
