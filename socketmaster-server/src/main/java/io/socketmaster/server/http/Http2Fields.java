package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;

/** Writes fields in HTTP/2's way: names in lower case, and the status as one of them (RFC 9113 section 8.2). Pure. */
final class Http2Fields {
    private Http2Fields() {}

    /** A request's head, with the length that is told. An extended CONNECT is one again (RFC 8441 section 4). */
    static Http2Headers of(RequestHead head, boolean secured) {
        Http2Headers message =
                new DefaultHttp2Headers(/* validate= */ false, head.fields().size() + 7);
        if (head.isExtendedConnect()) {
            message.method("CONNECT")
                    .set(
                            Http2Headers.PseudoHeaderName.PROTOCOL.value(),
                            head.upgrade().get().protocols());
        } else {
            message.method(head.method());
        }
        message.scheme(secured ? "https" : "http").path(head.target());
        if (!head.host().isEmpty()) {
            message.authority(head.host());
        }
        addAll(message, head.fields());
        if (head.body().kind() == BodyLength.Kind.EXACT) {
            message.setLong(HttpHeaderNames.CONTENT_LENGTH, head.body().bytes());
        }
        if (head.acceptsTrailers()) {
            message.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
        }
        return message;
    }

    /** The fields of a head or of a trailer section that a service sent, without what belongs to the wire. */
    static HttpHeaders toHttp1(Http2Headers message) {
        // The codec has checked names and values.
        HttpHeaders fields = new FieldList();
        for (Map.Entry<CharSequence, CharSequence> field : message) {
            if (field.getKey().length() > 0 && field.getKey().charAt(0) != ':') {
                fields.add(field.getKey(), field.getValue());
            }
        }
        return HopByHop.strip(fields);
    }

    /**
     * A service's response.
     *
     * @param ended whether no body follows
     * @param toHead whether the request's method is HEAD
     */
    static ResponseHead responseOf(HttpResponseStatus status, Http2Headers message, boolean ended, boolean toHead) {
        HttpHeaders fields = toHttp1(message);
        String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
        fields.remove(HttpHeaderNames.CONTENT_LENGTH);
        long bytes = length == null ? -1 : RequestCheck.parseLength(length);
        boolean bodiless = toHead || status.code() == 304;
        BodyLength body;
        if (status.code() == 204 || (bytes < 0 && (ended || bodiless))) {
            body = BodyLength.NONE;
        } else {
            body = bytes >= 0 ? BodyLength.exactly(bytes) : BodyLength.OPEN;
        }
        return new ResponseHead(HttpResponseStatus.valueOf(status.code()), fields, body);
    }

    /** A response's head, with the length that is told. */
    static Http2Headers of(ResponseHead head) {
        Http2Headers message = of(head.status(), head.fields());
        if (head.body().kind() == BodyLength.Kind.EXACT) {
            message.setLong(HttpHeaderNames.CONTENT_LENGTH, head.body().bytes());
        }
        return message;
    }

    /** A head with exactly these fields. */
    static Http2Headers of(HttpResponseStatus status, HttpHeaders fields) {
        Http2Headers message = new DefaultHttp2Headers(/* validate= */ false, fields.size() + 2);
        message.status(status.codeAsText());
        return addAll(message, fields);
    }

    /** A trailer section. */
    static Http2Headers ofTrailers(HttpHeaders fields) {
        return addAll(new DefaultHttp2Headers(/* validate= */ false, fields.size()), fields);
    }

    private static Http2Headers addAll(Http2Headers message, HttpHeaders fields) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = all.next();
            message.add(AsciiString.of(field.getKey()).toLowerCase(), field.getValue());
        }
        return message;
    }
}
