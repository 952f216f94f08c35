package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.io.InputStream;
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
 * What a service may do to its clients: every row of {@code http1-responses.txt} is a service's answer to a request, through
 * a running daemon. The outcome is what the client gets: statuses in order, then {@code keep} or {@code close} for its
 * connection, or {@code cut} for a response that it cannot take for whole. On a connection that is kept, a second request
 * has to get its own answer, and another client's connection never gets a byte of any of it.
 */
class Http1ResponseConformanceTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String PROBE = "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String PROBED = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nthe end";
    private static final Pattern ADDED = Pattern.compile("(?im)^(date|connection):.*\r\n");
    private static final WireService SERVICE = new WireService();

    private static RunningDaemon daemon;
    private static int port;
    private static Socket neighbour;

    @BeforeAll
    static void start() throws Exception {
        daemon = RunningDaemon.start();
        port = daemon.register(SocketDefinition.http(0, "/"), SERVICE::accept)
                .expectOk()
                .boundPort();
        neighbour = RunningDaemon.connect(port);
        assertThat(probe(neighbour)).endsWith("the end");
    }

    @AfterAll
    static void stop() throws Exception {
        // Every row has passed by: nothing of them came here, and the connection works.
        assertThat(neighbour.getInputStream().available()).isZero();
        neighbour.close();
        daemon.close();
    }

    static List<WireTable.Row> rows() {
        return WireTable.read("http1-responses.txt");
    }

    @Test
    void noRowIsThereTwice() {
        assertThat(rows().stream().map(row -> row.group() + row.name())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aBadResponseIsABadGatewayOrVisiblyCutAndReachesNobodyElse(WireTable.Row row) throws Exception {
        List<String> words = List.of(row.outcome().split(" "));
        List<String> statuses = words.subList(0, words.size() - 1);
        String end = words.get(words.size() - 1);
        String request = row.requests().isEmpty() ? GET : row.requests().get(0);
        List<String> parts = List.of(row.bytes().replace("∎", "").split("¶", -1));
        SERVICE.forget();
        SERVICE.answerNext(parts, row.bytes().endsWith("∎"));
        try (Socket client = RunningDaemon.connect(port)) {
            RunningDaemon.send(client, request);
            Reader reader = new Reader(client, request);
            for (int i = 1; i < parts.size(); i++) {
                reader.readSome();
                SERVICE.sendNext();
            }
            reader.readTo(statuses.size(), !end.equals("keep"));
            assertThat(reader.statuses()).as(reader.text()).isEqualTo(end.equals("cut") ? List.of() : statuses);
            if (end.equals("cut")) {
                assertThat(reader.text()).startsWith("HTTP/1.1 " + statuses.get(0) + " ");
                assertThat(reader.wasReset())
                        .as("an HTTP/1.0 client knows a body's end by this alone")
                        .isTrue();
            }
            if (!row.responses().isEmpty()) {
                assertThat(WireMessage.inOneChunk(ADDED.matcher(reader.text()).replaceAll("")))
                        .isEqualTo(WireMessage.inOneChunk(row.responses().get(0)));
            }
            if (end.equals("keep")) {
                assertThat(probe(client)).endsWith("\r\n\r\nthe end");
            }
        }
        assertThat(probe(neighbour)).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nthe end");
    }

    private static String probe(Socket client) throws IOException {
        SERVICE.forget();
        SERVICE.answerNext(List.of(PROBED), false);
        RunningDaemon.send(client, PROBE);
        Reader reader = new Reader(client, PROBE);
        reader.readTo(1, false);
        return reader.text();
    }

    /** Reads what a client gets, and looks for its responses. */
    private static final class Reader {
        private final InputStream in;
        private final boolean toHead;
        private final StringBuilder text = new StringBuilder();
        private boolean reset;

        Reader(Socket client, String request) throws IOException {
            this.in = client.getInputStream();
            this.toHead = request.startsWith("HEAD ");
        }

        boolean readSome() throws IOException {
            byte[] piece = new byte[8192];
            try {
                int length = in.read(piece);
                text.append(new String(piece, 0, Math.max(0, length), StandardCharsets.ISO_8859_1));
                return length > 0;
            } catch (SocketException e) {
                reset = true;
                return false;
            }
        }

        void readTo(int responses, boolean toTheEnd) throws IOException {
            boolean more = true;
            while (more && (toTheEnd || statuses().size() < responses)) {
                more = readSome();
            }
        }

        /** Of the whole responses. */
        List<String> statuses() {
            List<String> statuses = new ArrayList<>();
            int at = 0;
            while (true) {
                boolean informational = text.indexOf("HTTP/1.1 1", at) == at;
                boolean bodiless = toHead
                        || informational
                        || text.indexOf("HTTP/1.1 204", at) == at
                        || text.indexOf("HTTP/1.1 304", at) == at;
                Optional<WireMessage> next = WireMessage.at(text.toString(), at, bodiless, true);
                if (next.isEmpty() || next.get().end() < 0) {
                    return statuses;
                }
                statuses.add(Integer.toString(next.get().status()));
                at = next.get().end();
            }
        }

        boolean wasReset() {
            return reset;
        }

        String text() {
            return text.toString();
        }
    }
}
