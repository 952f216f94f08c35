package io.socketmaster.server.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.BooleanSupplier;

/**
 * Frames the answers on a client's HTTP/1.1 connection (RFC 9112 section 6): how long each body is, and whether the connection
 * outlives it (section 9.3). The connection's event loop owns every field.
 */
final class Http1Answers {
    private final Http1Writer writer;
    private final BooleanSupplier finishing;
    /** What is answered; {@code null} if it could not be understood. */
    private RequestCheck.Outcome request;

    private boolean keepAlive;

    /** @param finishing whether no connection may outlive its answer any more */
    Http1Answers(Http1Writer writer, BooleanSupplier finishing) {
        this.writer = writer;
        this.finishing = finishing;
    }

    /** The next answers are those to {@code newRequest}. */
    void to(RequestCheck.Outcome newRequest) {
        request = newRequest;
        keepAlive = newRequest.keepAlive();
    }

    /** The next answers are those to something of which nothing is known yet, and which may stay so. */
    void toUnknown() {
        request = null;
        keepAlive = false;
    }

    /** The connection ends behind the answer at hand. */
    void endConnection() {
        keepAlive = false;
    }

    /** Whether there may be another request. */
    boolean keepConnection() {
        return keepAlive && !finishing.getAsBoolean();
    }

    /** RFC 9110 section 15.2: an HTTP/1.0 client must not get one. */
    void informational(HttpResponseStatus status, HttpHeaders fields) {
        if (!request.http10()) {
            writer.statusLine(status);
            writer.fields(fields);
            writer.endHead(/* chunkedBody= */ false);
        }
    }

    void head(ResponseHead head) {
        int status = head.status().code();
        boolean bodiless = request.head().isHead() || status == 204 || status == 304;
        // Only the end of the connection can end such a body.
        boolean untilClose = head.body().kind() == BodyLength.Kind.OPEN && request.http10();
        keepAlive &= !untilClose;
        writer.statusLine(head.status());
        writer.fields(head.fields());
        switch (head.body().kind()) {
            case NONE -> {
                if (!bodiless) {
                    writer.field(HttpHeaderNames.CONTENT_LENGTH, 0);
                }
            }
            case EXACT ->
                writer.field(HttpHeaderNames.CONTENT_LENGTH, head.body().bytes());
            case OPEN -> {
                if (!untilClose) {
                    writer.field(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
                }
            }
        }
        endHead(head.body().kind() == BodyLength.Kind.OPEN && !untilClose && !bodiless);
    }

    /** A whole answer of the daemon itself. */
    void own(OwnAnswer answer) {
        byte[] body = answer.body();
        HttpHeaders fields = new DefaultHttpHeaders();
        answer.describe(fields);
        writer.statusLine(HttpResponseStatus.valueOf(answer.status()));
        writer.fields(fields);
        writer.field(HttpHeaderNames.CONTENT_LENGTH, body.length);
        endHead(/* chunkedBody= */ false);
        if (request == null || !request.head().isHead()) {
            writer.body(Unpooled.wrappedBuffer(body));
        }
    }

    /** 101; what follows is not HTTP. */
    void switchingProtocols(ResponseHead head) {
        writer.statusLine(head.status());
        writer.fields(head.fields());
        writer.field(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        writer.endHead(/* chunkedBody= */ false);
    }

    private void endHead(boolean chunkedBody) {
        keepAlive = keepConnection();
        if (!keepAlive) {
            writer.field(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (request.http10()) {
            writer.field(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        writer.endHead(chunkedBody);
    }
}
