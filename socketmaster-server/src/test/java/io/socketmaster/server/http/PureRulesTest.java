package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.service.Refusal;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The small pure rules: forwarding fields, own answers, the access line. */
class PureRulesTest {
    private static HttpHeaders forwarded(String remote, String host, boolean tls, String... claims) {
        HttpHeaders fields = new DefaultHttpHeaders();
        for (int i = 0; i < claims.length; i += 2) {
            fields.add(claims[i], claims[i + 1]);
        }
        Optional<ClientFacts.TlsFacts> facts =
                tls ? Optional.of(new ClientFacts.TlsFacts("TLSv1.3", "x", "a", "http/1.1")) : Optional.empty();
        new ForwardingHeaders(new ClientFacts(
                        new InetSocketAddress(remote, 5000), new InetSocketAddress("127.0.0.1", 8443), facts))
                .apply(fields, host, () -> "fresh");
        return fields;
    }

    @Test
    void aServiceLearnsWhoItsClientIs() {
        HttpHeaders fields = forwarded("192.0.2.7", "a.example:8443", true);
        assertThat(fields.get("X-Forwarded-For")).isEqualTo("192.0.2.7");
        assertThat(fields.get("X-Forwarded-Proto")).isEqualTo("https");
        assertThat(fields.get("X-Forwarded-Host")).isEqualTo("a.example:8443");
        assertThat(fields.get("X-Forwarded-Port")).isEqualTo("8443");
        assertThat(fields.get("Forwarded")).isEqualTo("for=192.0.2.7;host=\"a.example:8443\";proto=https");
        assertThat(fields.get("X-Request-Id")).isEqualTo("fresh");
    }

    @Test
    void whatTheClientClaimedIsReplaced() {
        HttpHeaders fields = forwarded(
                "192.0.2.7",
                "a",
                false,
                "X-Forwarded-For",
                "10.0.0.1",
                "x-forwarded-for",
                "10.0.0.2",
                "X-Forwarded-User",
                "root",
                "Forwarded",
                "for=10.0.0.1",
                "X-Real-IP",
                "10.0.0.1",
                "X-Client-Cert",
                "x",
                "X-Request-Id",
                "mine",
                "Cookie",
                "c");
        assertThat(fields.getAll("X-Forwarded-For")).containsExactly("192.0.2.7");
        assertThat(fields.getAll("Forwarded")).containsExactly("for=192.0.2.7;host=a;proto=http");
        assertThat(fields.contains("X-Real-IP")).isFalse();
        assertThat(fields.contains("X-Client-Cert")).isFalse();
        assertThat(fields.contains("X-Forwarded-User")).isFalse();
        assertThat(fields.getAll("X-Request-Id")).containsExactly("mine");
        assertThat(fields.get("Cookie")).isEqualTo("c");
    }

    @Test
    void ipv6AddressesAreQuotedInForwardedOnly() {
        HttpHeaders fields = forwarded("2001:db8::1", "", false);
        assertThat(fields.get("X-Forwarded-For")).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(fields.get("Forwarded")).isEqualTo("for=\"[2001:db8:0:0:0:0:0:1]\";proto=http");
        assertThat(fields.contains("X-Forwarded-Host")).isFalse();
    }

    @Test
    void whatConnectionNamesEndsHereWhateverItsCaseAndHoweverManyListsThereAre() {
        HttpHeaders fields = new FieldList()
                .add("Connection", "keep-alive, X-HOP")
                .add("A", "1")
                .add("x-hop", "2")
                .add("connection", ",Other , Content-Length")
                .add("OTHER", "3")
                .add("Content-Length", "4")
                .add("a", "5");
        assertThat(HopByHop.strip(fields).entries())
                .containsExactly(Map.entry("A", "1"), Map.entry("Content-Length", "4"), Map.entry("a", "5"));
    }

    @Test
    void keepAliveEndsHereWithItsParameters() {
        HttpHeaders fields = new FieldList()
                .add("Connection", "Keep-Alive")
                .add("Keep-Alive", "timeout=5")
                .add("A", "1");
        assertThat(HopByHop.strip(fields).entries()).containsExactly(Map.entry("A", "1"));
    }

    @Test
    void ownAnswersSayWhatHappenedAndWhatToDo() {
        OwnAnswer busy = OwnAnswer.refused(new Refusal(
                Refusal.Reason.EXPIRED, Duration.ofMillis(1500), "The service orders did not come back within 30 s."));
        assertThat(busy.status()).isEqualTo(503);
        assertThat(OwnAnswer.seconds(busy.retryAfter().orElseThrow())).isEqualTo(2);
        assertThat(new String(busy.body(), StandardCharsets.US_ASCII))
                .isEqualTo("The service orders did not come back within 30 s.\nAsk again in 2 s.\n");
        assertThat(OwnAnswer.badGateway("its session was lost", "It was not sent again.")
                        .text())
                .contains("its session was lost.\nIt was not sent again.");
        assertThat(OwnAnswer.badGateway("x\u0007\u00e9\r", "").body())
                .asString()
                .contains("x???");
        assertThat(OwnAnswer.refused(new Refusal(Refusal.Reason.FULL, Duration.ZERO, "Full."))
                        .retryAfter())
                .contains(Duration.ofSeconds(1));
    }

    private static ExchangeSummary summary(String host, String path, String reason) {
        return new ExchangeSummary(
                "GET",
                host,
                path,
                200,
                1,
                2,
                12_345_678,
                "orders",
                reason.isEmpty() ? ExchangeSummary.End.COMPLETE : ExchangeSummary.End.OWN_ANSWER,
                reason);
    }

    @Test
    void theAccessLineHasAFixedOrder() {
        assertThat(AccessLine.of(summary("a.example", "/x", "")))
                .isEqualTo("http GET a.example /x 200 in=1 out=2 ms=12.3 service=orders end=complete");
        assertThat(AccessLine.of(summary("", "/", "its session was \"lost\"")))
                .isEqualTo("http GET - / 200 in=1 out=2 ms=12.3 service=orders end=own-answer"
                        + " reason=\"its session was \\x22lost\\x22\"");
        assertThat(AccessLine.of(new ExchangeSummary("", "", "", 0, 0, 0, 0, "", ExchangeSummary.End.CLIENT_GONE, "")))
                .isEqualTo("http - - - - in=0 out=0 ms=0.0 service=- end=client-gone");
    }

    @Test
    void theAccessLineStaysOneLineOfBoundedLength() {
        String line = AccessLine.of(summary("a\r\nb\u001b[0m", "/ \u2028\u00e9\\" + "x".repeat(100_000), "a\nb"));
        assertThat(line).hasSizeLessThan(1000).doesNotContain("\n", "\r", "\u001b", "\u2028");
        assertThat(line).contains("a\\x0d\\x0ab\\x1b[0m", "/\\x20\\u2028\\xe9\\x5cxxx", "xxx...", "reason=\"a\\x0ab\"");
    }
}
