package io.socketmaster.server.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.socketmaster.server.config.HttpSettings;
import java.util.List;

/** Decodes requests. */
final class Http1RequestDecoder extends PullDecoder {
    private static final KnownWords METHODS =
            new KnownWords(List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"));

    Http1RequestDecoder(HttpSettings.Limits limits) {
        super(limits, HeadScanner.forRequests(limits));
    }

    /** A request has a body only if it says how long. (Netty gives one to old WebSocket handshakes that do not.) */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return !message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                && !message.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
    }

    @Override
    protected boolean isDecodingRequest() {
        return true;
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        return METHODS.text(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        return version(line, start, length);
    }

    @Override
    protected HttpMessage createMessage(String[] line) {
        return new DefaultHttpRequest(
                HttpVersion.valueOf(line[2]), HttpMethod.valueOf(line[0]), line[1], headersFactory);
    }

    @Override
    protected HttpMessage createInvalidMessage() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/bad-request");
    }
}
