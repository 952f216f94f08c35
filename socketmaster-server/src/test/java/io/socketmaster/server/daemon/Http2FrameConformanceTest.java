package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.http.Http2Peer;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Contract section 10: every row of {@code http2-frames.txt} is sent to a running daemon on a connection of its own, in clear
 * text and over TLS. Behind its frames follows one more request, the probe: where the connection goes on it is answered,
 * whatever became of the row's streams, and where it does not, nobody must see it. A neighbour's connection is served
 * throughout. In all rows, the service sees no whole request but those that are answered by it, and SETTINGS and PINGs
 * that are in order are answered.
 */
class Http2FrameConformanceTest {
    /** Sent byte by byte only if that does not take long. */
    private static final int SHORT = 1_500;

    private static final WireService SERVICE = new WireService();
    private static final Credentials CERTIFICATE = TestCertificates.selfSigned("a");

    private static RunningDaemon daemon;
    private static int port;
    private static int tlsPort;
    private static Http2Peer neighbour;
    private static int neighboursStream;

    @BeforeAll
    static void start() throws Exception {
        daemon = RunningDaemon.start();
        port = register(0, false);
        tlsPort = register(0, true);
        neighbour = Http2Peer.open(new io.socketmaster.server.relay.RawPeer(RunningDaemon.connect(port)));
        neighboursStream = 1;
    }

    private static int register(int wanted, boolean tls) throws InterruptedException {
        int bound = daemon.register(definition(wanted, "", tls), Options.hosts("a"), SERVICE::accept)
                .expectOk()
                .boundPort();
        daemon.register(definition(bound, "/early", tls), Options.hosts("a"), ScriptedService.http("early"))
                .expectOk();
        daemon.register(definition(bound, "/held", tls), Options.hosts("a"), stream -> {})
                .expectOk();
        ScriptedService away = daemon.register(definition(bound, "/away", tls), away(), stream -> {})
                .expectOk();
        daemon.crash(away);
        return bound;
    }

    /** Waited for longer than a test takes. */
    private static RegistrationOptions away() {
        return Options.hosts(Duration.ofMinutes(10), "a");
    }

    private static SocketDefinition definition(int wanted, String path, boolean tls) {
        SocketDefinition definition = SocketDefinition.http(wanted, path);
        return tls ? PortSharingContractTest.tls(definition, CERTIFICATE) : definition;
    }

    @AfterAll
    static void stop() throws Exception {
        neighbour.close();
        daemon.close();
    }

    static List<WireTable.Row> rows() {
        return WireTable.read("http2-frames.txt");
    }

    static List<WireTable.Row> shortRows() {
        return rows().stream()
                .filter(row -> Script.of(row).frames().stream()
                                .mapToInt(bytes -> bytes.length)
                                .sum()
                        < SHORT)
                .toList();
    }

    @Test
    void theTableHasAtLeastTwoHundredRowsAndNoneTwice() {
        assertThat(rows()).hasSizeGreaterThanOrEqualTo(200);
        assertThat(rows().stream().map(row -> row.group() + row.name())).doesNotHaveDuplicates();
        assertThat(rows().stream().map(row -> row.outcome() + row.lines())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatAClientMayNotDoEndsItsStreamOrItsConnectionAndNobodyElses(WireTable.Row row) throws Exception {
        check(row, outcome(row, 0), RunningDaemon.connect(port), false);
    }

    @ParameterizedTest
    @MethodSource("shortRows")
    void theOutcomeDoesNotDependOnHowTheBytesAreCut(WireTable.Row row) throws Exception {
        check(row, outcome(row, 0), RunningDaemon.connect(port), true);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theOutcomeIsTheSameInTls(WireTable.Row row) throws Exception {
        SSLSocket socket = PortSharingContractTest.tlsConnect(tlsPort, "a");
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        check(row, outcome(row, 1), socket, false);
    }

    /** The outcome in clear text, and the one in TLS, which is the same where there is no other. */
    private static String outcome(WireTable.Row row, int which) {
        String[] both = row.outcome().split(" / ");
        return both[Math.min(which, both.length - 1)];
    }

    /**
     * What a row sends.
     *
     * @param frames in order
     * @param awaits what is waited for before the frame of that number is sent
     * @param bare whether the row brings the connection's beginning itself
     * @param probe the number of the probe's stream; 0 if none is left
     * @param pings the payloads of those that want an answer
     * @param settings how many want an acknowledgement
     */
    private record Script(
            List<byte[]> frames, Map<Integer, String> awaits, boolean bare, int probe, List<Long> pings, int settings) {
        static Script of(WireTable.Row row) {
            List<byte[]> frames = new ArrayList<>();
            Map<Integer, String> awaits = new TreeMap<>();
            List<Long> pings = new ArrayList<>();
            int settings = 0;
            boolean bare = false;
            int highest = -1;
            for (String line : row.lines()) {
                if (line.equals("BARE")) {
                    bare = true;
                } else if (line.startsWith("await ")) {
                    awaits.put(frames.size(), line.substring(6));
                } else {
                    for (FrameNotation.Frame frame : FrameNotation.parse(line)) {
                        frames.add(frame.bytes());
                        if (frame.type() == Http2FrameTypes.HEADERS) {
                            highest = Math.max(highest, frame.stream() | 1);
                        } else if (frame.isQuestion(Http2FrameTypes.PING)) {
                            pings.add(ByteBuffer.wrap(frame.bytes()).getLong(Http2CodecUtil.FRAME_HEADER_LENGTH));
                        } else if (frame.isQuestion(Http2FrameTypes.SETTINGS)) {
                            settings++;
                        }
                    }
                }
            }
            int probe = highest == Integer.MAX_VALUE ? 0 : highest + 2;
            return new Script(frames, awaits, bare, probe, pings, settings + (bare ? 0 : 1));
        }
    }

    private static void check(WireTable.Row row, String outcome, Socket socket, boolean byteByByte) throws Exception {
        SERVICE.forget();
        try (FrameConversation client = new FrameConversation(socket)) {
            boolean kept = !outcome.startsWith("GOAWAY ") && !outcome.equals("close");
            Script script = Script.of(row);
            if (kept && script.probe() != 0 && script.awaits().isEmpty()) {
                // By a body's length the service knows its end before the frame that ends the request is here. Were it
                // to answer, the client would be told that the rest is not needed (RFC 9113 section 8.1), or not.
                SERVICE.answerNothingBefore("GET /probe ");
            }
            say(client, script, byteByByte);
            if (outcome.equals("close")) {
                client.readEnd();
            } else if (!kept) {
                assertThat(client.readGoAway()).isEqualTo(outcome.substring("GOAWAY ".length()));
            } else {
                Map<Integer, List<String>> expected = expected(outcome);
                if (script.probe() != 0) {
                    expected.put(script.probe(), List.of("200"));
                }
                client.readUntil(() -> isThere(client, expected, script.probe()));
                client.readRest();
                assertThat(client.streams()).isEqualTo(expected);
                assertThat(client.pongs()).isEqualTo(script.pings());
                assertThat(client.settingsAcks()).isEqualTo(script.settings());
            }
            checkService(row, client.streams());
        }
        checkNeighbour();
    }

    private static void say(FrameConversation client, Script script, boolean byteByByte) throws IOException {
        if (!script.bare()) {
            client.begin();
        }
        ByteArrayOutputStream unsent = new ByteArrayOutputStream();
        for (int i = 0; i < script.frames().size(); i++) {
            if (script.awaits().containsKey(i)) {
                client.send(unsent.toByteArray(), byteByByte);
                unsent.reset();
                await(client, script.awaits().get(i));
            }
            unsent.writeBytes(script.frames().get(i));
        }
        if (script.probe() != 0) {
            unsent.writeBytes(Http2Peer.frame(Http2FrameTypes.HEADERS, 5, script.probe(), Http2Peer.block(probe())));
        }
        client.send(unsent.toByteArray(), byteByByte);
    }

    private static String[] probe() {
        return new String[] {":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/probe"};
    }

    /** {@code head N} or {@code end N}: of what comes on a stream. */
    private static void await(FrameConversation client, String what) {
        int stream = Integer.parseInt(what.substring(what.indexOf(' ') + 1));
        client.readUntil(() -> what.startsWith("head ") ? client.hasHead(stream) : client.hasEnded(stream));
    }

    /** {@code 1: 400 PROTOCOL_ERROR, 3: 200}, or {@code ignored}. */
    private static Map<Integer, List<String>> expected(String outcome) {
        Map<Integer, List<String>> expected = new TreeMap<>();
        if (!outcome.equals("ignored")) {
            for (String stream : outcome.split(", ")) {
                String[] parts = stream.split(": ");
                expected.put(Integer.parseInt(parts[0]), Arrays.asList(parts[1].split(" ")));
            }
        }
        return expected;
    }

    private static boolean isThere(FrameConversation client, Map<Integer, List<String>> expected, int probe) {
        return expected.entrySet().stream()
                        .allMatch(stream -> client.streams()
                                        .getOrDefault(stream.getKey(), List.of())
                                        .size()
                                >= stream.getValue().size())
                && (probe == 0 || client.hasEnded(probe));
    }

    /** The bytes of requests are looked at in some rows, their number in all. */
    private static void checkService(WireTable.Row row, Map<Integer, List<String>> streams) {
        List<String> seen = SERVICE.wholeSoFar().stream()
                .map(request -> Http1RequestConformanceTest.withoutWhatIsAdded(WireMessage.inOneChunk(request)))
                .toList();
        if (!row.requests().isEmpty()) {
            assertThat(seen.stream().filter(request -> !request.startsWith("GET /probe ")))
                    .containsExactlyElementsOf(row.requests());
        }
        long answered = streams.values().stream()
                .filter(events -> events.get(events.size() - 1).equals("200"))
                .count();
        assertThat(seen).as("requests that the service saw").hasSizeLessThanOrEqualTo((int) answered);
    }

    private static void checkNeighbour() {
        neighbour.get(neighboursStream, "/neighbour");
        assertThat(neighbour.awaitHead(neighboursStream).status()).isEqualTo("200");
        neighbour.awaitBody(neighboursStream);
        neighboursStream += 2;
    }
}
