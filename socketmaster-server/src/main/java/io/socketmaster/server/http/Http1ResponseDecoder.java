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
import java.util.stream.Stream;

/** Decodes the responses of one stream: to one request after the other, informational ones and the final one. */
final class Http1ResponseDecoder extends PullDecoder {
    /** Of the statuses that are answered most. */
    private static final KnownWords CODES_AND_REASONS = new KnownWords(Stream.of(
                    HttpResponseStatus.OK,
                    HttpResponseStatus.CREATED,
                    HttpResponseStatus.ACCEPTED,
                    HttpResponseStatus.NO_CONTENT,
                    HttpResponseStatus.PARTIAL_CONTENT,
                    HttpResponseStatus.MOVED_PERMANENTLY,
                    HttpResponseStatus.FOUND,
                    HttpResponseStatus.SEE_OTHER,
                    HttpResponseStatus.NOT_MODIFIED,
                    HttpResponseStatus.BAD_REQUEST,
                    HttpResponseStatus.UNAUTHORIZED,
                    HttpResponseStatus.FORBIDDEN,
                    HttpResponseStatus.NOT_FOUND)
            .flatMap(status -> Stream.of(status.codeAsText().toString(), status.reasonPhrase()))
            .toList());

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
    protected String splitFirstWordInitialLine(byte[] line, int start, int length) {
        return version(line, start, length);
    }

    @Override
    protected String splitSecondWordInitialLine(byte[] line, int start, int length) {
        return CODES_AND_REASONS.text(line, start, length);
    }

    @Override
    protected String splitThirdWordInitialLine(byte[] line, int start, int length) {
        return CODES_AND_REASONS.text(line, start, length);
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
