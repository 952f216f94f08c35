package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketmaster.server.config.HttpSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract section 10, by the bytes: the grammar of RFC 9112, row by row. */
class HeadScannerTest {
    /** A head, the status that it is refused with (0: it passes), and the rule. */
    record Row(String head, int status, String clause) {
        @Override
        public String toString() {
            String shown = head.length() > 60 ? head.substring(0, 60) + "..." : head;
            return shown.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0") + " -> " + status;
        }
    }

    private static Row ok(String head) {
        return new Row(head, 0, "");
    }

    private static Row line(String requestLine, int status, String clause) {
        return new Row(requestLine + "\r\nHost: a\r\n\r\n", status, clause);
    }

    private static Row field(String field, int status, String clause) {
        return new Row("GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\n\r\n", status, clause);
    }

    static List<Row> rows() {
        return List.of(
                // What is fine.
                ok("GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("GET / HTTP/1.0\r\n\r\n"),
                ok("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("get / HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("GET /a|b{c}\"<>^`\\ HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("GET /%00%ff HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("GET /?q=a%20b&c HTTP/1.1\r\nHost: a\r\n\r\n"),
                ok("GET / HTTP/1.1\r\nHost:a\r\n\r\n"),
                ok("GET / HTTP/1.1\r\nHost: \t a \t\r\n\r\n"),
                ok("GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n"),
                ok("GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n"),
                ok("GET / HTTP/1.1\r\nHost: a\r\nX: \u00e9\u00ff\u0080\r\n\r\n"),
                ok("GET / HTTP/1.1\r\nHost: a\r\nX: ::::\r\n\r\n"),
                ok("GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~09azAZ: x\r\n\r\n"),
                ok("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(100) + "\r\n"),
                ok("GET /" + "a".repeat((16 << 10) - 14) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                // Line ends.
                new Row("GET / HTTP/1.1\nHost: a\n\n", 400, "RFC 9112 section 3"),
                new Row("GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\r\nHost: a\r\n\n", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\rHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\r\nHost: a\r\n\rX", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                // White space before the request line.
                line(" GET / HTTP/1.1", 400, "RFC 9112 section 3"),
                line("\tGET / HTTP/1.1", 400, "RFC 9112 section 3"),
                line("\r\n GET / HTTP/1.1", 400, "RFC 9112 section 3"),
                // The method.
                line("G\0ET / HTTP/1.1", 400, "RFC 9110 section 9.1"),
                line("\0GET / HTTP/1.1", 400, "RFC 9110 section 9.1"),
                line("G(T / HTTP/1.1", 400, "RFC 9110 section 9.1"),
                line("G:T / HTTP/1.1", 400, "RFC 9110 section 9.1"),
                line("G\u00c9T / HTTP/1.1", 400, "RFC 9110 section 9.1"),
                line("GET\t/ HTTP/1.1", 400, "RFC 9110 section 9.1"),
                line("GET", 400, "RFC 9110 section 9.1"),
                new Row("GET\n", 400, "RFC 9112 section 2.2"),
                line("{\"json\":true}", 400, "RFC 9110 section 9.1"),
                line("\u0016\u0003\u0001", 400, "RFC 9110 section 9.1"),
                line("A".repeat(33) + " / HTTP/1.1", 501, "RFC 9112 section 3"),
                line("A".repeat(32) + " / HTTP/1.1", 0, ""),
                // Spaces in the request line.
                line("GET  / HTTP/1.1", 400, "RFC 9112 section 3"),
                line("GET /  HTTP/1.1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/1.1 ", 400, "RFC 9112 section 3"),
                line("GET / HTTP/1.1\t", 400, "RFC 9112 section 3"),
                line("GET /\tHTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /a b HTTP/1.1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/1.1 x", 400, "RFC 9112 section 3"),
                line("GET /\u000bHTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /\u000cHTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /\u00a0HTTP/1.1", 400, "RFC 9112 section 3.2"),
                // The target.
                line("GET /a#b HTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET # HTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /\u00e9 HTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /\0 HTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /\u0001 HTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /\u007f HTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /\u001b[31m HTTP/1.1", 400, "RFC 9112 section 3.2"),
                line("GET /" + "a".repeat((16 << 10) - 13) + " HTTP/1.1", 414, "RFC 9112 section 3"),
                new Row("GET /" + "a".repeat(100 << 10), 414, "RFC 9112 section 3"),
                // The version.
                line("GET /", 400, "RFC 9112 section 3"),
                new Row("GET /\n", 400, "RFC 9112 section 3"),
                line("GET / ", 400, "RFC 9112 section 2.3"),
                line("GET / http/1.1", 400, "RFC 9112 section 2.3"),
                line("GET / Http/1.1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/1.", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/.1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/1.10", 400, "RFC 9112 section 3"),
                line("GET / HTTP/01.1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/1,1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP 1.1", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/a.b", 400, "RFC 9112 section 2.3"),
                line("GET / HTCPCP/1.0", 400, "RFC 9112 section 2.3"),
                line("GET / RTSP/1.0", 400, "RFC 9112 section 2.3"),
                line("GET / HTTP/1.2", 505, "RFC 9110 section 15.6.6"),
                line("GET / HTTP/0.9", 505, "RFC 9110 section 15.6.6"),
                line("GET / HTTP/2.0", 505, "RFC 9110 section 15.6.6"),
                line("GET / HTTP/9.9", 505, "RFC 9110 section 15.6.6"),
                new Row("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "RFC 9110 section 15.6.6"),
                // Header fields.
                new Row("GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\r\n\tHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n", 400, "RFC 9112 section 2.2"),
                field("X: a\r\n b", 400, "RFC 9112 section 5.2"),
                field("X: a\r\n\tb", 400, "RFC 9112 section 5.2"),
                field("X: a\r\n \r\nY: b", 400, "RFC 9112 section 5.2"),
                field("Transfer-Encoding:\r\n chunked", 400, "RFC 9112 section 5.2"),
                field("X : a", 400, "RFC 9112 section 5.1"),
                field("X\t: a", 400, "RFC 9112 section 5.1"),
                field("Content-Length : 3", 400, "RFC 9112 section 5.1"),
                field("X a", 400, "RFC 9112 section 5.1"),
                field("X", 400, "RFC 9112 section 5"),
                field(": a", 400, "RFC 9112 section 5"),
                field("X\nY: a", 400, "RFC 9112 section 2.2"),
                field("X(y): a", 400, "RFC 9110 section 5.1"),
                field("X\0: a", 400, "RFC 9110 section 5.1"),
                field("\u00e9: a", 400, "RFC 9110 section 5.1"),
                field("\"X\": a", 400, "RFC 9110 section 5.1"),
                field("X/Y: a", 400, "RFC 9110 section 5.1"),
                field("\u000bX: a", 400, "RFC 9110 section 5.1"),
                field("X: a\0b", 400, "RFC 9110 section 5.5"),
                field("X: \u0001", 400, "RFC 9110 section 5.5"),
                field("X: \u000b", 400, "RFC 9110 section 5.5"),
                field("X: \u000c", 400, "RFC 9110 section 5.5"),
                field("X: \u007f", 400, "RFC 9110 section 5.5"),
                field("X: \u001b[2J", 400, "RFC 9110 section 5.5"),
                field("X: a\nY: b", 400, "RFC 9112 section 2.2"),
                new Row("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(101) + "\r\n", 431, "RFC 6585 section 5"),
                field("X: " + "y".repeat(64 << 10), 431, "RFC 6585 section 5"),
                field("x".repeat(64 << 10) + ": y", 431, "RFC 6585 section 5"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRowGetsItsVerdictWholeAndByteByByte(Row row) {
        byte[] bytes = row.head().getBytes(StandardCharsets.ISO_8859_1);
        HeadScanner whole = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
        ByteBuf all = Unpooled.wrappedBuffer(bytes);
        check(row, whole, whole.scan(all));

        HeadScanner slow = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
        ByteBuf growing = Unpooled.buffer();
        HeadScanner.Verdict verdict = HeadScanner.Verdict.MORE;
        for (int i = 0; i < bytes.length && verdict == HeadScanner.Verdict.MORE; i++) {
            growing.writeByte(bytes[i]);
            verdict = slow.scan(growing);
        }
        check(row, slow, verdict);
    }

    private static void check(Row row, HeadScanner scanner, HeadScanner.Verdict verdict) {
        if (row.status() == 0) {
            assertThat(verdict).isEqualTo(HeadScanner.Verdict.COMPLETE);
        } else {
            assertThat(verdict).isEqualTo(HeadScanner.Verdict.REFUSED);
            assertThat(scanner.fault().status()).as(scanner.fault().sentence()).isEqualTo(row.status());
            assertThat(scanner.fault().clause()).as(scanner.fault().sentence()).isEqualTo(row.clause());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 OK, true",
        "HTTP/1.0 404 Not Found, true",
        "'HTTP/1.1 200 ', true",
        "HTTP/1.1 200, true",
        "HTTP/1.1 99 Low, false",
        "HTTP/1.1 2000 High, false",
        "HTTP/1.1 +20 Sign, false",
        "HTTP/1.1  200 OK, false",
        "' HTTP/1.1 200 OK', false",
        "HTTP/1.2 200 OK, false",
        "http/1.1 200 OK, false",
        "ICY 200 OK, false"
    })
    void aStatusLineHasOneForm(String line, boolean passes) {
        HeadScanner scanner = HeadScanner.forResponses(HttpSettings.Limits.DEFAULTS);
        ByteBuf in = Unpooled.copiedBuffer(line + "\r\nX: y\r\n\r\n", StandardCharsets.US_ASCII);
        assertThat(scanner.scan(in)).isEqualTo(passes ? HeadScanner.Verdict.COMPLETE : HeadScanner.Verdict.REFUSED);
    }

    @Test
    void aHeadThatIsNotThereYetIsAwaited() {
        String head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        for (int length = 0; length < head.length(); length++) {
            HeadScanner scanner = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
            ByteBuf part = Unpooled.copiedBuffer(head.substring(0, length), StandardCharsets.US_ASCII);
            assertThat(scanner.scan(part)).isEqualTo(HeadScanner.Verdict.MORE);
            assertThat(scanner.isBegun()).isEqualTo(length > 0);
        }
    }

    @Test
    void anEmptyLineIsNoBeginningOfAHead() {
        HeadScanner scanner = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
        ByteBuf in = Unpooled.copiedBuffer("\r\n", StandardCharsets.US_ASCII);
        assertThat(scanner.scan(in)).isEqualTo(HeadScanner.Verdict.MORE);
        assertThat(scanner.isBegun()).isFalse();
        assertThat(in.readableBytes()).isZero();
    }

    @Test
    void nothingBehindTheHeadIsLookedAt() {
        HeadScanner scanner = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
        ByteBuf in = Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n\n\0 body", StandardCharsets.US_ASCII);
        assertThat(scanner.scan(in)).isEqualTo(HeadScanner.Verdict.COMPLETE);
        assertThat(in.readerIndex()).isZero();
        scanner.reset();
        in.skipBytes("GET / HTTP/1.1\r\n\r\n".length());
        assertThat(scanner.scan(in)).isEqualTo(HeadScanner.Verdict.REFUSED);
    }
}
