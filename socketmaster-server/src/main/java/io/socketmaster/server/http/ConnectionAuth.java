package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.regex.Pattern;

/**
 * Schemes that, against RFC 9110 section 11.1, vouch for a connection instead of a request: a stream that has seen one may be
 * somebody's for good. Pure.
 */
final class ConnectionAuth {
    private static final String[] SCHEMES = {"NTLM", "Negotiate"};

    /** Somewhere in a list of challenges. Within a parameter it is none, and costs a stream that could have been kept. */
    private static final Pattern CHALLENGE =
            Pattern.compile("\\b(" + String.join("|", SCHEMES) + ")\\b", Pattern.CASE_INSENSITIVE);

    private ConnectionAuth() {}

    /** Whether a request with these fields uses one. */
    static boolean isUsed(HttpHeaders request) {
        String credentials = request.get(HttpHeaderNames.AUTHORIZATION);
        if (credentials == null) {
            return false;
        }
        for (String scheme : SCHEMES) {
            if (credentials.regionMatches(/* ignoreCase= */ true, 0, scheme, 0, scheme.length())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a response with these fields asks for one. */
    static boolean isAsked(HttpHeaders response) {
        return response.contains(HttpHeaderNames.WWW_AUTHENTICATE)
                && response.getAll(HttpHeaderNames.WWW_AUTHENTICATE).stream()
                        .anyMatch(value -> CHALLENGE.matcher(value).find());
    }
}
