package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.relay.RawPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Contract section 5 against a fault injector: a victim takes over from a survivor, gets a request, and is cut at every byte
 * that it can send and that its client can send. Then the survivor is taken back, and gets what may be sent again.
 */
class ReplayContractTest {
    private static final String BODY = "12345678";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
    private static final String ANSWER = HEAD + "victim";
    private static final List<String> METHODS = List.of("GET", "PUT", "POST");

    private final Queue<String> survivorSaw = new ConcurrentLinkedQueue<>();
    private RunningDaemon daemon;
    private SocketDefinition definition;
    private Optional<RegistrationOptions> options;
    private int port;
    private int generation;
    private int cases;
    private RawPeer client;

    /** What the client got. */
    private record Outcome(int status, String body, boolean truncated) {
        static final Outcome TRUNCATED = new Outcome(200, "", true);

        boolean isBadGatewayThatSaysWhy() {
            return status == 502
                    && !truncated
                    && body.startsWith("The service failed before it answered: ")
                    && body.contains("\nThe request was ");
        }
    }

    @BeforeEach
    void start() throws Exception {
        daemon = RunningDaemon.start();
        // A version 1 reply does not say which port was bound.
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        definition = SocketDefinition.http(port, "/");
    }

    @AfterEach
    void stop() throws Exception {
        if (client != null) {
            client.close();
        }
        daemon.close();
    }

    private ScriptedService startSurvivor(int version) throws InterruptedException {
        options = version == 2 ? Optional.of(RegistrationOptions.DEFAULTS) : Optional.empty();
        ScriptedService survivor = ScriptedService.connect(
                daemon.control(), definition, options, ScriptedService.journal("survivor", survivorSaw));
        survivor.expectOk();
        daemon.awaitGeneration("ready " + ++generation);
        client = RawPeer.connect(port);
        return survivor;
    }

    private RawService startVictim() throws Exception {
        RawService victim = RawService.register(daemon.control(), definition, options);
        daemon.awaitGeneration("swapped " + ++generation);
        return victim;
    }

    private void awaitVictimGone() throws InterruptedException {
        daemon.awaitGeneration("gone " + generation);
    }

    private String request(String method) {
        String body = method.equals("GET") ? "" : BODY;
        String length = body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n";
        return method + " /" + ++cases + " HTTP/1.1\r\nHost: x\r\n" + length + "\r\n" + body;
    }

    private Outcome readOutcome() throws IOException {
        StringBuilder answer = new StringBuilder();
        try {
            while (answer.indexOf("\r\n\r\n") < 0) {
                append(answer);
            }
            String head = answer.toString();
            int length = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
            StringBuilder body = new StringBuilder();
            while (body.length() < length) {
                append(body);
            }
            if (head.toLowerCase(java.util.Locale.ROOT).contains("connection: close")) {
                reconnect();
            }
            return new Outcome(Integer.parseInt(head.substring(9, 12)), body.toString(), false);
        } catch (SocketException reset) {
            reconnect();
            return Outcome.TRUNCATED;
        }
    }

    private void append(StringBuilder text) throws IOException {
        int next = client.socket().getInputStream().read();
        assertThat(next).as("a clean end of file after " + text).isNotNegative();
        text.append((char) next);
    }

    private void reconnect() {
        client.close();
        client = RawPeer.connect(port);
    }

    private void expectSurvivor(String what, String method, Outcome outcome) {
        String entry = method + " /" + cases + " " + (method.equals("GET") ? "" : BODY);
        assertThat(outcome).as(what).isEqualTo(new Outcome(200, "survivor " + entry, false));
        assertThat(survivorSaw).as(what).containsExactly(entry);
        survivorSaw.clear();
    }

    private void expectBadGateway(String what, Outcome outcome) {
        assertThat(outcome.isBadGatewayThatSaysWhy()).as(what + ": " + outcome).isTrue();
        assertThat(survivorSaw).as(what).isEmpty();
    }

    /** The rows for a victim that said so much of its answer, and then lost its session. */
    private void expectBySession(
            String what, String method, boolean acknowledged, int said, boolean version2, Outcome outcome) {
        boolean post = method.equals("POST");
        if (said == 0 && (!post || (!acknowledged && version2))) {
            expectSurvivor(what, method, outcome);
        } else if (said == 0) {
            expectBadGateway(what, outcome);
        } else {
            expectByResponse(what, said, outcome);
        }
    }

    private void expectByResponse(String what, int said, Outcome outcome) {
        if (said == ANSWER.length()) {
            assertThat(outcome).as(what).isEqualTo(new Outcome(200, "victim", false));
        } else if (said < HEAD.length() || outcome.status() == 502) {
            // A head with nothing behind it may not have been passed on yet.
            expectBadGateway(what, outcome);
        } else {
            assertThat(outcome).as(what).isEqualTo(Outcome.TRUNCATED);
        }
        assertThat(survivorSaw).as(what).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSessionThatIsCutAtAnyByteOfItsAnswer(int version) throws Exception {
        try (ScriptedService survivor = startSurvivor(version)) {
            int wire = 2 * RawService.FRAME_HEADER + ANSWER.length();
            for (String method : METHODS) {
                for (int at = 0; at <= wire; at++) {
                    String request = request(method);
                    RawService victim = startVictim();
                    client.send(request);
                    victim.awaitRequest("\r\n\r\n" + (method.equals("GET") ? "" : BODY));
                    victim.send(RawService.join(victim.ack(), victim.data(ANSWER)), at)
                            .close();

                    expectBySession(
                            method + " cut at byte " + at,
                            method,
                            at >= RawService.FRAME_HEADER,
                            Math.max(0, at - 2 * RawService.FRAME_HEADER),
                            version == 2,
                            readOutcome());
                    awaitVictimGone();
                }
            }
            assertThat(survivor.reply().isOk()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSessionThatSaysGoAwayAndIsCutAtAnyByteOfItsAnswer(int version) throws Exception {
        try (ScriptedService survivor = startSurvivor(version)) {
            for (String method : METHODS) {
                for (int said = -1; said <= ANSWER.length(); said++) {
                    String request = request(method);
                    RawService victim = startVictim();
                    client.send(request);
                    victim.awaitRequest("\r\n\r\n" + (method.equals("GET") ? "" : BODY));
                    victim.send(victim.goAway());
                    if (said >= 0) {
                        victim.send(RawService.join(victim.ack(), victim.data(ANSWER.substring(0, said))));
                    }
                    victim.close();

                    expectBySession(
                            method + " cut after a GoAway and " + said + " bytes",
                            method,
                            said >= 0,
                            Math.max(0, said),
                            version == 2,
                            readOutcome());
                    awaitVictimGone();
                }
            }
            assertThat(survivor.reply().isOk()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aStreamThatIsResetAtAnyByteOfItsAnswer(int version) throws Exception {
        try (ScriptedService survivor = startSurvivor(version)) {
            for (String method : METHODS) {
                for (int said = -1; said <= ANSWER.length(); said++) {
                    String what = method + " reset after " + said + " bytes";
                    String request = request(method);
                    RawService victim = startVictim();
                    client.send(request);
                    String end = "\r\n\r\n" + (method.equals("GET") ? "" : BODY);
                    victim.awaitRequest(end);
                    if (said == 0 && !method.equals("POST")) {
                        // Nobody else can take it at once, and to do it twice does no harm: the same one gets it once
                        // more.
                        victim.send(RawService.join(victim.ack(), victim.reset()));
                        victim.forget().awaitRequest(end);
                    }
                    if (said < 0) {
                        // Nobody saw it: it waits for another session, whatever its method.
                        victim.send(victim.reset()).close();
                        expectSurvivor(what, method, readOutcome());
                    } else {
                        victim.send(
                                RawService.join(victim.ack(), victim.data(ANSWER.substring(0, said)), victim.reset()));
                        Outcome outcome = readOutcome();
                        if (said == 0) {
                            expectBadGateway(what, outcome);
                        } else {
                            expectByResponse(what, said, outcome);
                        }
                        victim.close();
                    }
                    awaitVictimGone();
                }
            }
            assertThat(survivor.reply().isOk()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aSessionThatIsCutWhenItsClientHasSaidAnyPartOfItsRequest(int version) throws Exception {
        try (ScriptedService survivor = startSurvivor(version)) {
            for (String method : METHODS) {
                int length = request(method).length();
                for (int at = 0; at <= length; at++) {
                    expectCutInRequest(method, at, version == 2, /* acknowledged= */ false);
                    expectCutInRequest(method, at, version == 2, /* acknowledged= */ true);
                }
            }
            assertThat(survivor.reply().isOk()).isTrue();
        }
    }

    private void expectCutInRequest(String method, int at, boolean version2, boolean acknowledged) throws Exception {
        String what = method + " cut with " + at + " bytes said, acknowledged " + acknowledged;
        byte[] request = request(method).getBytes(StandardCharsets.ISO_8859_1);
        String said = new String(request, 0, Math.min(at, request.length), StandardCharsets.ISO_8859_1);
        int head = said.indexOf("\r\n\r\n");
        RawService victim = startVictim();
        client.send(said.getBytes(StandardCharsets.ISO_8859_1));
        if (head >= 0) {
            victim.awaitRequest(said.substring(head));
            if (acknowledged) {
                victim.send(victim.ack());
            }
        }
        victim.close();
        awaitVictimGone();
        try {
            client.socket().getOutputStream().write(request, said.length(), request.length - said.length());
        } catch (SocketException ended) {
            // Answered and closed before all was said; the answer is there.
            assertThat(head).as(what).isNotNegative();
        }
        Outcome outcome = readOutcome();
        if (head < 0) {
            expectSurvivor(what, method, outcome);
        } else {
            expectBySession(what, method, acknowledged, /* said= */ 0, version2, outcome);
        }
    }
}
