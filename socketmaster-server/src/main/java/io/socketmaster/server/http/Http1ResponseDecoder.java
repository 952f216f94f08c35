package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.socketmaster.server.config.HttpSettings;
import java.util.List;

/** Decodes the responses of one stream: to one request after the other, informational ones and the final one. */
final class Http1ResponseDecoder extends PullDecoder {
    private boolean toHead;
    private boolean begun;

    Http1ResponseDecoder(HttpSettings.Limits limits) {
        super(limits, HeadScanner.forResponses(limits));
    }

    /**
     * The next response is to a request that is about to be sent.
     *
     * @param head whether its method is HEAD
     */
    void expect(boolean head) {
        toHead = head;
        begun = false;
    }

    /** Whether any byte of the response has come in. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    boolean admitHead(ByteBuf in, List<Object> out) {
        begun |= in.isReadable();
        return super.admitHead(in, out);
    }

    /** RFC 9112 section 6.3, rule 1. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        HttpResponseStatus status = ((HttpResponse) message).status();
        return toHead
                || status.codeClass() == HttpStatusClass.INFORMATIONAL
                || status.code() == 204
                || status.code() == 304;
    }

    @Override
    protected boolean isDecodingRequest() {
        return false;
    }

    @Override
    protected HttpMessage createMessage(String[] line) {
        return new DefaultHttpResponse(
                HttpVersion.valueOf(line[0]),
                HttpResponseStatus.valueOf(Integer.parseInt(line[1]), line[2]),
                headersFactory);
    }

    @Override
    protected HttpMessage createInvalidMessage() {
        return new DefaultHttpResponse(HttpVersion.HTTP_1_0, HttpResponseStatus.BAD_GATEWAY);
    }
}
