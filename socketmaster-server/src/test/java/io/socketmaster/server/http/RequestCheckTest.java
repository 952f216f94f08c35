package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract section 10, by the meaning: one Host, one length, one target. */
class RequestCheckTest {
    /** {@code fields} are lines; a status of 0 passes. */
    record Row(String line, String fields, int status, String clause) {}

    static List<Row> refused() {
        return List.of(
                new Row("GET / 1.1", "", 400, "RFC 9112 section 3.2"),
                new Row("GET / 1.1", "Host: a|Host: a", 400, "RFC 9112 section 3.2"),
                new Row("GET / 1.0", "Host: a|Host: b", 400, "RFC 9112 section 3.2"),
                new Row("GET / 1.1", "Host: a, b", 400, "RFC 9110 section 7.2"),
                new Row("GET / 1.1", "Host: a,b", 400, "RFC 9110 section 7.2"),
                new Row("GET / 1.1", "Host: user@a", 400, "RFC 9110 section 7.2"),
                new Row("GET / 1.1", "Host: a/b", 400, "RFC 9110 section 7.2"),
                new Row("GET / 1.1", "Host: a?b", 400, "RFC 9110 section 7.2"),
                new Row("GET / 1.1", "Host: a b", 400, "RFC 9110 section 7.2"),
                new Row("GET / 1.1", "Host: a\\b", 400, "RFC 9110 section 7.2"),
                new Row("GET / 1.1", "Host: \u00e9", 400, "RFC 9110 section 7.2"),
                new Row(
                        "POST / 1.1",
                        "Host: a|Content-Length: 3|Transfer-Encoding: chunked",
                        400,
                        "RFC 9112 section 6.1"),
                new Row("POST / 1.0", "Transfer-Encoding: chunked", 400, "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Transfer-Encoding: gzip, chunked", 501, "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Transfer-Encoding: identity, chunked", 501, "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Transfer-Encoding: identity", 501, "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Transfer-Encoding: chunked, chunked", 501, "RFC 9112 section 6.1"),
                new Row(
                        "POST / 1.1",
                        "Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                        501,
                        "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Transfer-Encoding: ,chunked", 501, "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Transfer-Encoding: \"chunked\"", 501, "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Transfer-Encoding: chunked;x=y", 501, "RFC 9112 section 6.1"),
                new Row("POST / 1.1", "Host: a|Content-Length: 3|Content-Length: 3", 400, "RFC 9112 section 6.3"),
                new Row("POST / 1.1", "Host: a|Content-Length: 3|Content-Length: 4", 400, "RFC 9112 section 6.3"),
                new Row("POST / 1.1", "Host: a|Content-Length: 3, 3", 400, "RFC 9110 section 8.6"),
                new Row("POST / 1.1", "Host: a|Content-Length: +3", 400, "RFC 9110 section 8.6"),
                new Row("POST / 1.1", "Host: a|Content-Length: -1", 400, "RFC 9110 section 8.6"),
                new Row("POST / 1.1", "Host: a|Content-Length: 0x3", 400, "RFC 9110 section 8.6"),
                new Row("POST / 1.1", "Host: a|Content-Length: ", 400, "RFC 9110 section 8.6"),
                new Row("POST / 1.1", "Host: a|Content-Length: 9999999999999999999", 400, "RFC 9110 section 8.6"),
                new Row("POST / 1.1", "Host: a|Expect: a miracle", 417, "RFC 9110 section 10.1.1"),
                new Row(
                        "POST / 1.1",
                        "Host: a|Expect: 100-continue|Expect: 100-continue",
                        417,
                        "RFC 9110 section 10.1.1"),
                new Row("CONNECT a:1 1.1", "Host: a:1", 501, "RFC 9110 section 9.3.6"),
                new Row("TRACE / 1.1", "Host: a|Content-Length: 3", 400, "RFC 9110 section 9.3.8"),
                new Row("GET * 1.1", "Host: a", 400, "RFC 9112 section 3.2.4"),
                new Row("GET a 1.1", "Host: a", 400, "RFC 9112 section 3.2"),
                new Row("GET ?q 1.1", "Host: a", 400, "RFC 9112 section 3.2"),
                new Row("GET *x 1.1", "Host: a", 400, "RFC 9112 section 3.2"),
                new Row("GET ftp://a/ 1.1", "Host: a", 400, "RFC 9112 section 3.2"),
                new Row("GET file:///etc 1.1", "Host: a", 400, "RFC 9112 section 3.2"),
                new Row("GET http://b/ 1.1", "Host: a", 400, "RFC 9112 section 3.2.2"),
                new Row("GET http://a:81/ 1.1", "Host: a", 400, "RFC 9112 section 3.2.2"),
                new Row("GET https://a:80/ 1.1", "Host: a", 400, "RFC 9112 section 3.2.2"),
                new Row("GET http://a@b/ 1.1", "Host: b", 400, "RFC 9110 section 7.2"),
                new Row("GET http:///x 1.1", "Host: a", 400, "RFC 9110 section 4.2.1"),
                new Row("GET http://a/ 1.1", "Host: ", 400, "RFC 9112 section 3.2.2"),
                new Row("GET / 1.1", "Host: a|Content_Length: 3", 400, "RFC 3875 section 4.1.18"),
                new Row("GET / 1.1", "Host: a|Transfer_Encoding: chunked", 400, "RFC 3875 section 4.1.18"),
                new Row(
                        "GET / 1.1",
                        "Host: a|TRANSFER-ENCODING_X: y|Transfer_encoding: y",
                        400,
                        "RFC 3875 section 4.1.18"),
                new Row("GET / 1.1", "Host: a|X_Forwarded_For: 1.2.3.4", 400, "RFC 3875 section 4.1.18"),
                new Row("GET / 1.1", "Host: a|X-Forwarded_For: 1.2.3.4", 400, "RFC 3875 section 4.1.18"),
                new Row("GET / 1.1", "Host: a|X_Real_IP: 1.2.3.4", 400, "RFC 3875 section 4.1.18"),
                new Row("GET / 1.1", "Host: a|x_client_cert: x", 400, "RFC 3875 section 4.1.18"));
    }

    private static HttpRequest request(String line, String fields) {
        String[] words = line.split(" ");
        DefaultHttpRequest request = new DefaultHttpRequest(
                HttpVersion.valueOf("HTTP/" + words[2]),
                HttpMethod.valueOf(words[0]),
                words[1],
                DefaultHttpHeadersFactory.headersFactory().withValidation(false));
        for (String field : fields.split("\\|")) {
            if (!field.isEmpty()) {
                String[] pair = field.split(": ", 2);
                request.headers().add(pair[0], pair[1]);
            }
        }
        return request;
    }

    private static RequestCheck.Outcome passed(String line, String fields) {
        RequestCheck.Outcome outcome = RequestCheck.check(request(line, fields), /* secured= */ true);
        assertThat(outcome.fault()).isNull();
        return outcome;
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatTwoParsersCouldUnderstandDifferentlyIsRefused(Row row) {
        RequestCheck.Outcome outcome = RequestCheck.check(request(row.line(), row.fields()), /* secured= */ true);
        assertThat(outcome.isRefused()).isTrue();
        assertThat(outcome.fault().status()).as(outcome.fault().sentence()).isEqualTo(row.status());
        assertThat(outcome.fault().clause()).isEqualTo(row.clause());
    }

    @ParameterizedTest
    @CsvSource({
        "GET /a?b 1.1,          Host: A.Example:81,   A.Example:81, /a?b",
        "GET //a/../b 1.1,      Host: a,              a,            //a/../b",
        "GET / 1.0,             '',                   '',           /",
        "GET / 1.0,             Host: a,              a,            /",
        "GET / 1.1,             Host: [::1]:80,       [::1]:80,     /",
        "OPTIONS * 1.1,         Host: a,              a,            *",
        "GET http://a/b?c 1.1,  Host: a,              a,            /b?c",
        "GET http://A:80/ 1.1,  Host: a,              A:80,         /",
        "GET https://a/ 1.1,    Host: a:443,          a,            /",
        "GET HTTP://a 1.1,      Host: a,              a,            /",
        "GET http://a?q 1.1,    Host: a,              a,            /?q",
        "GET http://a/x 1.0,    '',                   a,            /x",
        "OPTIONS http://a 1.1,  Host: a,              a,            *"
    })
    void hostAndTargetAreTakenAsTheClientWroteThem(String line, String fields, String host, String target) {
        RequestHead head = passed(line, fields).head();
        assertThat(head.host()).isEqualTo(host);
        assertThat(head.target()).isEqualTo(target);
        assertThat(head.fields().contains("Host")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "1.1, X: y,                           true",
        "1.1, Connection: close,              false",
        "1.1, 'Connection: x, CLOSE',         false",
        "1.1, Connection: keep-alive,         true",
        "1.0, X: y,                           false",
        "1.0, Connection: Keep-Alive,         true",
        "1.0, 'Connection: keep-alive, close',false"
    })
    void theClientSaysWhetherTheConnectionStays(String version, String field, boolean stays) {
        assertThat(passed("GET / " + version, "Host: a|" + field).keepAlive()).isEqualTo(stays);
    }

    @Test
    void theBodysLengthIsWhatIsTold() {
        assertThat(passed("POST / 1.1", "Host: a").head().body()).isEqualTo(BodyLength.NONE);
        assertThat(passed("POST / 1.1", "Host: a|Content-Length: 0").head().body())
                .isEqualTo(BodyLength.exactly(0));
        assertThat(passed("GET / 1.1", "Host: a|Content-Length: 17").head().body())
                .isEqualTo(BodyLength.exactly(17));
        assertThat(passed("PUT / 1.1", "Host: a|Transfer-Encoding: Chunked")
                        .head()
                        .body())
                .isEqualTo(BodyLength.OPEN);
    }

    @Test
    void hopByHopFieldsStayHereAndFramingIsNeverStrippedByName() {
        RequestHead head = passed(
                        "POST / 1.1",
                        "Host: a|Connection: X-Gone, host, content-length, close|X-Gone: 1|Keep-Alive: 5|TE: trailers, gzip"
                                + "|Proxy-Connection: x|Upgrade: y|X-Kept: 2|Content-Length: 4")
                .head();
        assertThat(head.fields().names()).containsExactly("X-Kept");
        assertThat(head.host()).isEqualTo("a");
        assertThat(head.body()).isEqualTo(BodyLength.exactly(4));
        assertThat(head.upgrade()).isEmpty();
    }

    @Test
    void anUpgradeIsKeptUnlessItWouldCarryHttp() {
        assertThat(passed("GET / 1.1", "Host: a|Connection: Upgrade|Upgrade: websocket")
                        .head()
                        .upgrade())
                .contains(new Upgrade("websocket", /* byConnect= */ false));
        assertThat(passed("GET / 1.1", "Host: a|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c")
                        .head()
                        .upgrade())
                .isEmpty();
        assertThat(passed("GET / 1.1", "Host: a|Upgrade: websocket").head().upgrade())
                .isEmpty();
        assertThat(passed("GET / 1.0", "Connection: Upgrade|Upgrade: websocket")
                        .head()
                        .upgrade())
                .isEmpty();
    }

    @Test
    void anExpectationIsPassedOnAndIgnoredFromHttp10() {
        RequestHead head = passed("PUT / 1.1", "Host: a|Content-Length: 3|Expect: 100-Continue")
                .head();
        assertThat(head.expectsContinue()).isTrue();
        assertThat(head.fields().get("Expect")).isEqualTo("100-Continue");
        RequestHead old =
                passed("PUT / 1.0", "Content-Length: 3|Expect: 100-continue").head();
        assertThat(old.expectsContinue()).isFalse();
        assertThat(old.fields().contains("Expect")).isFalse();
    }

    @Test
    void anHttpsTargetIsRefusedInClearText() {
        HttpFault fault = RequestCheck.check(request("GET https://a/ 1.1", "Host: a"), /* secured= */ false)
                .fault();
        assertThat(fault.status()).isEqualTo(421);
        assertThat(fault.clause()).isEqualTo("RFC 9110 section 7.4");
    }

    @Test
    void namesWithUnderscoresThatPassForNothingAreKept() {
        assertThat(passed("GET / 1.1", "Host: a|my_field: 1").head().fields().get("my_field"))
                .isEqualTo("1");
    }

    @Test
    void aHeadThatWasNotDecodedIsRefusedBeforeAnythingElse() {
        HttpRequest request = request("GET / 1.1", "Host: a");
        request.setDecoderResult(DecoderResult.failure(new TooLongHttpLineException()));
        assertThat(RequestCheck.check(request, /* secured= */ true).fault().status())
                .isEqualTo(414);
        request.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException()));
        assertThat(RequestCheck.check(request, /* secured= */ true).fault().status())
                .isEqualTo(431);
        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("x")));
        assertThat(RequestCheck.check(request, /* secured= */ true).fault().status())
                .isEqualTo(400);
    }
}
