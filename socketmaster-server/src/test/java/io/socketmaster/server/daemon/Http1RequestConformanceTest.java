package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Contract section 10: every row of {@code http1-requests.txt} is sent to a running daemon on a connection of its own. The
 * outcome is the statuses of the answers in order, and whether the connection is kept. Behind the row's bytes follows one
 * more request, the probe: on a connection that is kept it is answered, on one that is closed nobody must see it. {@code end}
 * in place of {@code keep} or {@code close}: the client ends its output instead, and the daemon closes.
 */
class Http1RequestConformanceTest {
    private static final String PROBE = "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n";
    /** Sent byte by byte only if that does not take long. */
    private static final int SHORT = 2_000;

    /** What the daemon adds to every request; tests of its own say what it is. */
    private static final Pattern ADDED = Pattern.compile(
            "(?im)^(x-forwarded-(for|proto|host|port)|forwarded|x-request-id):.*\r\n|^connection: (close|keep-alive)\r\n");

    static String withoutWhatIsAdded(String request) {
        return ADDED.matcher(request).replaceAll("");
    }

    private static RunningDaemon daemon;
    private static final WireService SERVICE = new WireService();
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        daemon = RunningDaemon.start();
        port = daemon.register(SocketDefinition.http(0, ""), Options.hosts("a"), SERVICE::accept)
                .expectOk()
                .boundPort();
        daemon.register(SocketDefinition.http(port, "/any"), SERVICE::accept).expectOk();
    }

    @AfterAll
    static void stop() throws Exception {
        daemon.close();
    }

    static List<WireTable.Row> rows() {
        return WireTable.read("http1-requests.txt");
    }

    static List<WireTable.Row> shortRows() {
        return rows().stream().filter(row -> row.bytes().length() < SHORT).toList();
    }

    @Test
    void theTableHasAtLeastThreeHundredRowsAndNoneTwice() {
        assertThat(rows()).hasSizeGreaterThanOrEqualTo(300);
        assertThat(rows().stream().map(row -> row.group() + row.name())).doesNotHaveDuplicates();
        assertThat(rows().stream().map(row -> row.outcome() + row.bytes())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void whatTwoParsersCouldReadDifferentlyIsRefusedAndTheRestPassesUnchanged(WireTable.Row row) throws Exception {
        check(row, false);
    }

    @ParameterizedTest
    @MethodSource("shortRows")
    void theOutcomeDoesNotDependOnHowTheBytesAreCut(WireTable.Row row) throws Exception {
        check(row, true);
    }

    private static void check(WireTable.Row row, boolean byteByByte) throws Exception {
        boolean kept = row.outcome().endsWith("keep");
        boolean ends = row.outcome().endsWith("end");
        SERVICE.forget();
        int streamsBefore = SERVICE.streams();
        String answers;
        try (Socket client = RunningDaemon.connect(port)) {
            send(client, row.bytes() + (ends ? "" : PROBE), byteByByte);
            if (ends) {
                client.shutdownOutput();
            }
            answers = kept ? readAnswers(client, row, statuses(row).size() + 1) : readToClose(client);
        }
        List<String> expected = new ArrayList<>(statuses(row));
        if (kept) {
            expected.add("200");
        }
        assertThat(statusesIn(answers, row)).as(answers).isEqualTo(expected);
        if (!kept && !ends && !row.outcome().startsWith("close")) {
            assertThat(answers).contains("\r\nconnection: close\r\n");
        }
        List<String> requests = new ArrayList<>(
                row.requests().stream().map(WireMessage::inOneChunk).toList());
        if (kept) {
            requests.add(PROBE.replace("Host", "host"));
        }
        assertThat(awaitWhole(requests.size(), SERVICE.streams() - streamsBefore))
                .containsExactlyElementsOf(requests);
    }

    /**
     * The whole requests among what came in: at least {@code requests}, and what {@code streams} brought. A stream that was cut
     * off for the row before may be among them, since the service hears of it later than the client.
     */
    private static List<String> awaitWhole(int requests, int streams) throws InterruptedException {
        List<String> whole = new ArrayList<>();
        for (int looked = 0; whole.size() < requests || looked < streams; looked++) {
            WireService.Seen seen = SERVICE.awaitSeen();
            if (seen.whole()) {
                whole.add(withoutWhatIsAdded(WireMessage.inOneChunk(seen.text())));
            }
        }
        return whole;
    }

    /** The outcome without its last word. */
    private static List<String> statuses(WireTable.Row row) {
        List<String> words = List.of(row.outcome().split(" "));
        return words.subList(0, words.size() - 1);
    }

    private static void send(Socket client, String text, boolean byteByByte) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        OutputStream out = client.getOutputStream();
        try {
            if (!byteByByte) {
                out.write(bytes);
                return;
            }
            for (byte b : bytes) {
                out.write(b);
            }
        } catch (SocketException closed) {
            // It was refused before its last byte; the answer tells.
            return;
        }
    }

    private static String readToClose(Socket client) throws IOException {
        return RunningDaemon.readAll(client);
    }

    private static String readAnswers(Socket client, WireTable.Row row, int count) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = client.getInputStream();
        byte[] piece = new byte[8192];
        while (statusesIn(text.toString(), row).size() < count) {
            int length = in.read(piece);
            if (length < 0) {
                return text.toString();
            }
            text.append(new String(piece, 0, length, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    /** The statuses of the whole answers in {@code text}. */
    private static List<String> statusesIn(String text, WireTable.Row row) {
        List<String> statuses = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            boolean toHead = at == 0 && row.bytes().startsWith("HEAD ");
            Optional<WireMessage> next = WireMessage.at(text, at, toHead, true);
            if (next.isEmpty() || next.get().end() < 0) {
                break;
            }
            statuses.add(Integer.toString(next.get().status()));
            at = next.get().end();
        }
        return statuses;
    }
}
