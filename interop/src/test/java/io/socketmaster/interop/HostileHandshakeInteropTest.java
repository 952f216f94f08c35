package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whoever speaks nonsense to the control socket gets the contract's answer in time, while a Go service's traffic on the same
 * daemon goes on undisturbed.
 */
class HostileHandshakeInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /** The deadline, what the daemon lingers after it, and some for a busy machine. */
    private static final Duration OVER = DEADLINE.plusSeconds(4);

    private static final long SEED = 20_261_121;

    private final List<Socket> sockets = new ArrayList<>();
    private SteadyTraffic others;

    private record Vector(String name, byte[] bytes) {}

    @BeforeEach
    void startTheOthers() {
        others = SteadyTraffic.start(interop);
    }

    @AfterEach
    void closeSockets() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void everyHostileVectorIsRefusedWithAReasonOrClosedIfItIsNoHandshakeByItsFirstByte() throws IOException {
        List<Vector> vectors = vectors("hostile");
        List<Socket> peers = new ArrayList<>();
        for (Vector vector : vectors) {
            peers.add(send(vector.bytes()));
        }

        for (int i = 0; i < peers.size(); i++) {
            Vector vector = vectors.get(i);
            assertThat(answer(peers.get(i)))
                    .as(vector.name())
                    .startsWith(vector.bytes()[0] == 0 ? "BAD_REQUEST: " : "")
                    .isNotEqualTo("OK");
        }
        others.assertUndisturbed();
    }

    @Test
    void aHandshakeCutAtEachByteByAnEndOfFileIsClosed() throws IOException {
        for (Vector vector : vectors("requests")) {
            for (int length = 0; length < vector.bytes().length; length++) {
                Socket peer = send(Arrays.copyOf(vector.bytes(), length));
                peer.shutdownOutput();
                assertThat(answer(peer))
                        .as("%s cut after %d bytes", vector.name(), length)
                        .isNotEqualTo("OK");
                peer.close();
            }
        }
        others.assertUndisturbed();
    }

    @Test
    void aHandshakeThatStopsAtAnyByteIsRefusedAtTheDeadline() throws IOException {
        Vector longest = vectors("requests").stream()
                .filter(vector -> vector.name().equals("http and tls"))
                .findFirst()
                .orElseThrow();
        long start = System.nanoTime();
        List<Socket> peers = new ArrayList<>();
        for (int length = 0; length < longest.bytes().length; length++) {
            peers.add(send(Arrays.copyOf(longest.bytes(), length)));
        }

        for (Socket peer : peers) {
            assertThat(answer(peer)).startsWith("BAD_REQUEST: ").contains("not complete");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(DEADLINE, OVER);
        others.assertUndisturbed();
    }

    @Test
    void oneByteEachSecondIsRefusedAtTheDeadline() throws IOException {
        byte[] request = vectors("requests").get(0).bytes();
        Socket peer = send(new byte[0]);
        long start = System.nanoTime();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try {
            ByteBuffer rest = ByteBuffer.wrap(request);
            // Ends by itself with the exception of a write to a closed connection.
            clock.scheduleAtFixedRate(() -> write(peer, rest.get()), 0, 1, TimeUnit.SECONDS);

            assertThat(answer(peer)).startsWith("BAD_REQUEST: ").contains("not complete");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(DEADLINE.minusMillis(100), OVER);
        } finally {
            clock.shutdownNow();
        }
        others.assertUndisturbed();
    }

    @Test
    void randomBytesAreRefusedOrClosed() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = new byte[1 + random.nextInt(4_096)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                // Every second one gets past the first byte, and every fourth past the first length.
                Arrays.fill(bytes, 0, Math.min(bytes.length, i % 4 == 0 ? 8 : 1), (byte) 0);
            }
            Socket peer = send(bytes);
            peer.shutdownOutput();
            assertThat(answer(peer)).as("random bytes number %d", i).isNotEqualTo("OK");
            peer.close();
        }
        others.assertUndisturbed();
    }

    @Test
    void moreSilentHandshakesThanThereIsRoomForKeepNobodyOut() throws IOException {
        for (int i = 0; i < 600; i++) {
            send(new byte[] {0});
        }

        GoService late = interop.start(GoService.of("echo"));

        assertThat(interop.client(DEADLINE, "tcp", "-addr", late.address(), "-text", "hello")
                        .get("received")
                        .asText())
                .isEqualTo("hello");
        others.assertUndisturbed();
    }

    @Test
    void nonsenseAfterARegistrationEndsThatSessionOnly() throws IOException {
        Random random = new Random(SEED);
        for (int i = 0; i < 50; i++) {
            byte[] nonsense = new byte[4_096];
            random.nextBytes(nonsense);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.write(new byte[8]);
            request.write(ByteBuffer.allocate(8).putLong(Ports.pick()).array());
            request.write(0);
            request.write(nonsense);
            Socket peer = send(request.toByteArray());
            assertThat(answer(peer)).as("nonsense number %d", i).startsWith("OK");
            peer.close();
        }
        others.assertUndisturbed();
    }

    private Socket send(byte[] bytes) throws IOException {
        Socket socket = new Socket(
                interop.daemonAddress().getAddress(), interop.daemonAddress().getPort());
        sockets.add(socket);
        socket.setSoTimeout((int) OVER.toMillis());
        socket.setTcpNoDelay(true);
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException closedMeanwhile) {
            assertThat(bytes.length).as("a short request is taken whole").isGreaterThan(100);
        }
        return socket;
    }

    private static void write(Socket socket, byte octet) {
        try {
            socket.getOutputStream().write(octet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The status of the reply, up to whatever follows until the close; empty if there was none. A timeout fails. */
    private static String answer(Socket peer) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = peer.getInputStream();
            for (int octet; (octet = in.read()) >= 0; ) {
                all.write(octet);
            }
        } catch (SocketException reset) {
            // Also an end; what came before it counts.
        }
        byte[] bytes = all.toByteArray();
        if (bytes.length < Long.BYTES) {
            return "";
        }
        int length = (int) ByteBuffer.wrap(bytes).getLong();
        return new String(bytes, Long.BYTES, Math.min(length, bytes.length - Long.BYTES), StandardCharsets.UTF_8);
    }

    private static List<Vector> vectors(String table) throws IOException {
        try (InputStream in = HostileHandshakeInteropTest.class.getResourceAsStream("/vectors/handshake-v1.json")) {
            List<Vector> vectors = new ArrayList<>();
            for (JsonNode row : new ObjectMapper().readTree(in).get(table)) {
                JsonNode hex = row.has("request") ? row.get("request") : row.get("request_prefix");
                vectors.add(new Vector(row.get("name").asText(), HexFormat.of().parseHex(hex.asText())));
            }
            return vectors;
        }
    }
}
