package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.socketmaster.server.service.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * An answer of the daemon itself: short plain text that tells a person what happened and what to do. Pure.
 *
 * @param status the status code
 * @param text the body: lines of ASCII in our own words; what a client or service sent is never repeated
 * @param retryAfter when asking again may help
 * @param reason one sentence for the log
 */
record OwnAnswer(int status, String text, Optional<Duration> retryAfter, String reason) {
    /** How many bytes of body the answer to a request with {@code method} has. */
    int bodyBytes(String method) {
        return method.equals("HEAD") ? 0 : body().length;
    }

    static OwnAnswer of(HttpFault fault) {
        String advice = fault.status() == 408
                ? "Send the request again, without pauses."
                : "The client that sent this needs to be corrected.";
        return new OwnAnswer(
                fault.status(),
                fault.sentence() + " (" + fault.clause() + ").\n" + advice,
                Optional.empty(),
                fault.sentence());
    }

    static OwnAnswer noRoute() {
        return new OwnAnswer(
                404,
                "No service has registered this host and path on this port.\n"
                        + "Check the address, or start the service that should answer here.",
                Optional.empty(),
                "no route");
    }

    /** @param tls how the client came: what it asked for is there the other way only */
    static OwnAnswer otherScheme(boolean tls) {
        return new OwnAnswer(
                404,
                tls
                        ? "On this port, this host and path are not served by TLS.\nAsk for http:// instead of https://."
                        : "On this port, this host and path are served by TLS only.\n"
                                + "Ask for https:// instead of http://.",
                Optional.empty(),
                tls ? "no route by TLS, one without" : "no route without TLS, one by TLS");
    }

    static OwnAnswer misdirected() {
        return new OwnAnswer(
                421,
                "This host belongs to another service than the certificate of this connection.\n"
                        + "Open a connection of its own for it.",
                Optional.empty(),
                "the host is outside of the connection's certificate");
    }

    static OwnAnswer badTarget(String reason) {
        return new OwnAnswer(400, reason + "\nCorrect the address.", Optional.empty(), reason);
    }

    static OwnAnswer refused(Refusal refusal) {
        Duration after = refusal.retryAfter().compareTo(Duration.ofSeconds(1)) < 0
                ? Duration.ofSeconds(1)
                : refusal.retryAfter();
        return new OwnAnswer(
                503,
                refusal.sentence() + "\nAsk again in " + seconds(after) + " s.",
                Optional.of(after),
                refusal.sentence());
    }

    static OwnAnswer hungUp() {
        Duration after = Duration.ofSeconds(1);
        return new OwnAnswer(
                503,
                "The service is away, and the client ended its side of the connection while it waited.\n"
                        + "Ask again, and keep the connection open.",
                Optional.of(after),
                "the client ended its side while held");
    }

    /**
     * @param sentence what the service did
     * @param why the request was not sent again
     */
    static OwnAnswer badGateway(String sentence, String why) {
        return new OwnAnswer(
                502, "The service failed before it answered: " + sentence + ".\n" + why, Optional.empty(), sentence);
    }

    /** Sets the fields that go with {@link #body()}, but for its length. */
    void describe(HttpHeaders fields) {
        fields.set(HttpHeaderNames.DATE, DateField.now());
        fields.set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=us-ascii");
        retryAfter.ifPresent(after -> fields.set(HttpHeaderNames.RETRY_AFTER, Long.toString(seconds(after))));
    }

    /** The body's bytes, ending with a line feed. Anything but printable ASCII becomes a question mark. */
    byte[] body() {
        StringBuilder clean = new StringBuilder(text.length() + 1);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            clean.append(c == '\n' || (c >= 0x20 && c < 0x7f) ? c : '?');
        }
        return clean.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Whole seconds, at least 1, rounded up. */
    static long seconds(Duration duration) {
        return Math.max(1, (duration.toMillis() + 999) / 1000);
    }
}
