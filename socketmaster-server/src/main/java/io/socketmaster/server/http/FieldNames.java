package io.socketmaster.server.http;

import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The field names that nearly every message has, as they are mostly written and in lower case. Any thread. */
final class FieldNames {
    private static final List<String> COMMON = List.of(
            // in both directions
            "Cache-Control",
            "Connection",
            "Content-Encoding",
            "Content-Language",
            "Content-Length",
            "Content-Type",
            "Date",
            "Keep-Alive",
            "Link",
            "Pragma",
            "Trailer",
            "Transfer-Encoding",
            "Upgrade",
            "Via",
            "X-Request-Id",
            // of requests
            "Accept",
            "Accept-Encoding",
            "Accept-Language",
            "Authorization",
            "Cookie",
            "DNT",
            "Expect",
            "Forwarded",
            "Host",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "Origin",
            "Priority",
            "Range",
            "Referer",
            "Sec-CH-UA",
            "Sec-CH-UA-Mobile",
            "Sec-CH-UA-Platform",
            "Sec-Fetch-Dest",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Site",
            "Sec-Fetch-User",
            "Sec-GPC",
            "Sec-WebSocket-Extensions",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Protocol",
            "Sec-WebSocket-Version",
            "TE",
            "Traceparent",
            "Tracestate",
            "Upgrade-Insecure-Requests",
            "User-Agent",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Proto",
            "X-Real-IP",
            "X-Requested-With",
            // of responses
            "Accept-Ranges",
            "Access-Control-Allow-Credentials",
            "Access-Control-Allow-Headers",
            "Access-Control-Allow-Methods",
            "Access-Control-Allow-Origin",
            "Access-Control-Expose-Headers",
            "Age",
            "Alt-Svc",
            "Content-Disposition",
            "Content-Range",
            "Content-Security-Policy",
            "ETag",
            "Expires",
            "Last-Modified",
            "Location",
            "Referrer-Policy",
            "Retry-After",
            "Sec-WebSocket-Accept",
            "Server",
            "Set-Cookie",
            "Strict-Transport-Security",
            "Vary",
            "WWW-Authenticate",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "X-Powered-By");

    private static final KnownWords WORDS = new KnownWords(spellings());

    private FieldNames() {}

    private static Set<String> spellings() {
        Set<String> all = new HashSet<>(COMMON);
        for (String name : COMMON) {
            all.add(name.toLowerCase(Locale.ROOT));
        }
        return all;
    }

    /** The name with exactly these bytes, which are copied if need be. */
    static AsciiString of(byte[] bytes, int start, int length) {
        AsciiString known = WORDS.find(bytes, start, length);
        return known == null ? new AsciiString(bytes, start, length, /* copy= */ true) : known;
    }
}
