package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
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
