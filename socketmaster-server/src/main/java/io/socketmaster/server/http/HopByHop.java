package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which fields end at a hop (RFC 9110 section 7.6.1), and which may not be in trailers (section 6.5.1). Pure. */
final class HopByHop {
    private static final CharSequence[] NAMES = {
        HttpHeaderNames.CONNECTION,
        AsciiString.cached("keep-alive"),
        HttpHeaderNames.PROXY_CONNECTION,
        HttpHeaderNames.TE,
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.UPGRADE,
        AsciiString.cached("http2-settings")
    };

    /** Fields that a sender cannot make us drop by naming them in Connection: without them a message means another. */
    private static final Set<String> KEPT = Set.of("host", "content-length", "transfer-encoding");

    private static final List<CharSequence> NOT_IN_TRAILERS = List.of(
            HttpHeaderNames.CONTENT_LENGTH,
            HttpHeaderNames.HOST,
            HttpHeaderNames.TRAILER,
            HttpHeaderNames.EXPECT,
            HttpHeaderNames.AUTHORIZATION,
            HttpHeaderNames.COOKIE,
            HttpHeaderNames.SET_COOKIE,
            HttpHeaderNames.CONTENT_TYPE,
            HttpHeaderNames.CONTENT_ENCODING,
            HttpHeaderNames.CONTENT_RANGE,
            HttpHeaderNames.CACHE_CONTROL,
            HttpHeaderNames.MAX_FORWARDS);

    private HopByHop() {}

    /** Removes from {@code fields} those that were meant for us, and returns them. */
    static HttpHeaders strip(HttpHeaders fields) {
        if (fields.contains(HttpHeaderNames.CONNECTION)) {
            stripNamed(fields);
        }
        stripKnown(fields);
        return fields;
    }

    private static void stripNamed(HttpHeaders fields) {
        for (String list : fields.getAll(HttpHeaderNames.CONNECTION)) {
            for (String name : list.split(",")) {
                String option = name.strip();
                if (!option.isEmpty() && !KEPT.contains(option.toLowerCase(Locale.ROOT))) {
                    fields.remove(option);
                }
            }
        }
    }

    private static void stripKnown(HttpHeaders fields) {
        for (CharSequence name : NAMES) {
            fields.remove(name);
        }
    }

    /** A copy of a trailer section without what does not belong there. */
    static HttpHeaders stripTrailers(HttpHeaders trailers) {
        if (trailers.isEmpty()) {
            return trailers;
        }
        HttpHeaders kept = trailers.copy();
        stripKnown(kept);
        NOT_IN_TRAILERS.forEach(kept::remove);
        ForwardingHeaders.removeClaims(kept);
        return kept;
    }

    /** Whether {@code element} is one of a comma-separated {@code list}, whatever the case. */
    static boolean isListed(String element, String list) {
        for (String one : list.split(",")) {
            if (one.strip().equalsIgnoreCase(element.strip())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the Connection field names {@code option}. */
    static boolean connectionHas(HttpHeaders fields, CharSequence option) {
        return fields.containsValue(HttpHeaderNames.CONNECTION, option, true);
    }
}
