package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;

/**
 * Decodes requests, each head only after {@link HeadScanner} has passed all of it. A head that it refuses comes out as an
 * {@link HttpFault}, and is the last object.
 */
final class Http1RequestDecoder extends PullDecoder {
    private final HeadScanner scanner;
    private boolean dead;

    Http1RequestDecoder(HttpSettings.Limits limits) {
        super(limits);
        scanner = new HeadScanner(limits);
    }

    /** Whether the next head has begun to come in. */
    boolean isHeadBegun() {
        return scanner.isBegun();
    }

    @Override
    boolean admitHead(ByteBuf in, List<Object> out) {
        if (dead) {
            in.skipBytes(in.readableBytes());
            return false;
        }
        switch (scanner.scan(in)) {
            case MORE -> {
                return false;
            }
            case REFUSED -> {
                dead = true;
                in.skipBytes(in.readableBytes());
                out.add(scanner.fault());
                return false;
            }
            case COMPLETE -> scanner.reset();
        }
        return true;
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
    protected HttpMessage createMessage(String[] line) {
        return new DefaultHttpRequest(
                HttpVersion.valueOf(line[2]), HttpMethod.valueOf(line[0]), line[1], headersFactory);
    }

    @Override
    protected HttpMessage createInvalidMessage() {
        return new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/bad-request");
    }
}
