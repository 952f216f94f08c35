package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
        List<String> lists = fields.getAll(HttpHeaderNames.CONNECTION);
        if (!lists.isEmpty() && !isKeepAliveAlone(lists)) {
            stripNamed(fields, lists);
        }
        stripKnown(fields);
        return fields;
    }

    /** What nearly every service says; the field of that name is removed in any case. */
    private static boolean isKeepAliveAlone(List<String> lists) {
        return lists.size() == 1 && HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(lists.get(0));
    }

    private static void stripNamed(HttpHeaders fields, List<String> lists) {
        Set<String> named = namedIn(lists);
        if (named.isEmpty()) {
            return;
        }
        // In one pass: a sender may have thousands of both.
        HttpHeaders all = fields.copy();
        fields.clear();
        Iterator<Map.Entry<CharSequence, CharSequence>> each = all.iteratorCharSequence();
        while (each.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = each.next();
            if (!named.contains(lower(field.getKey()))) {
                fields.add(field.getKey(), field.getValue());
            }
        }
    }

    private static Set<String> namedIn(List<String> lists) {
        Set<String> named = new HashSet<>();
        for (String list : lists) {
            for (String name : list.split(",")) {
                String option = lower(name.strip());
                if (!option.isEmpty() && !KEPT.contains(option)) {
                    named.add(option);
                }
            }
        }
        return named;
    }

    private static String lower(CharSequence name) {
        return name.toString().toLowerCase(Locale.ROOT);
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
