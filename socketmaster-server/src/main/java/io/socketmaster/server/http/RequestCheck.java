package io.socketmaster.server.http;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a decoded head means one thing only, and says which. What {@link HeadScanner} checks by bytes, this class
 * checks by meaning: one Host, one length, one path. Pure.
 */
final class RequestCheck {
    /**
     * The outcome: a head, or a fault.
     *
     * @param head what was asked; null if there is a fault
     * @param keepAlive whether the client wants to send another request on this connection
     * @param http10 whether the client speaks HTTP/1.0
     * @param fault why the request is refused; null if it is not
     */
    record Outcome(RequestHead head, boolean keepAlive, boolean http10, HttpFault fault) {
        boolean isRefused() {
            return fault != null;
        }
    }

    /**
     * Field names whose form with underscores some servers read as the field itself (CGI turns both into one), so that a
     * smuggled copy would pass every check made here.
     */
    private static final Set<String> NOT_WITH_UNDERSCORES = Set.of(
            "content-length",
            "transfer-encoding",
            "content-type",
            "keep-alive",
            "proxy-connection",
            "x-request-id",
            "http2-settings",
            "x-real-ip");

    private static final Map<String, String> DEFAULT_PORTS = Map.of("http", ":80", "https", ":443");

    private RequestCheck() {}

    /**
     * Checks a head that the decoder has read; one that it failed to read is refused here, before anything else.
     *
     * @param secured whether it came over TLS
     */
    static Outcome check(HttpRequest request, boolean secured) {
        try {
            if (request.decoderResult().isFailure()) {
                throw new Refused(undecodable(request.decoderResult().cause()));
            }
            return accept(request, secured);
        } catch (Refused refused) {
            return new Outcome(null, false, false, refused.fault());
        }
    }

    private static Outcome accept(HttpRequest request, boolean secured) throws Refused {
        HttpHeaders fields = request.headers();
        boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        String method = request.method().name();
        checkNames(fields);
        String host = host(fields, http10);
        BodyLength body = body(fields, http10);
        boolean expectsContinue = expectsContinue(fields, http10);
        if (method.equals("CONNECT")) {
            throw new Refused(
                    new HttpFault(501, "this is no forward proxy: CONNECT is not served", "RFC 9110 section 9.3.6"));
        }
        if (method.equals("TRACE") && !body.isEmpty()) {
            throw Refused.bad("a TRACE with a body", "RFC 9110 section 9.3.8");
        }
        Target target = target(request.uri(), method, host, fields.contains(HttpHeaderNames.HOST), secured);
        boolean keepAlive = http10
                ? HopByHop.connectionHas(fields, "keep-alive") && !HopByHop.connectionHas(fields, "close")
                : !HopByHop.connectionHas(fields, "close");
        Optional<Upgrade> upgrade = http10 ? Optional.empty() : upgrade(fields);
        boolean acceptsTrailers = fields.containsValue(HttpHeaderNames.TE, "trailers", true);

        // The message is ours: nobody else looks at it.
        HttpHeaders endToEnd = HopByHop.strip(fields);
        endToEnd.remove(HttpHeaderNames.HOST);
        endToEnd.remove(HttpHeaderNames.CONTENT_LENGTH);
        if (http10) {
            endToEnd.remove(HttpHeaderNames.EXPECT);
        }
        RequestHead head = new RequestHead(
                method,
                target.authority(),
                target.originForm(),
                endToEnd,
                body,
                upgrade,
                acceptsTrailers,
                expectsContinue);
        return new Outcome(head, keepAlive, http10, null);
    }

    /** What the decoder's failure means to the client. */
    static HttpFault undecodable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new HttpFault(414, "the request line is too long", "RFC 9112 section 3");
        }
        if (cause instanceof TooLongFrameException) {
            return new HttpFault(431, "the header fields are too long", "RFC 6585 section 5");
        }
        return HttpFault.bad("the message's framing or its fields are malformed", "RFC 9112");
    }

    /** The same for its body. */
    static HttpFault undecodableBody(Throwable cause) {
        if (cause instanceof Refused refused) {
            return refused.fault();
        }
        return cause instanceof TooLongHttpLineException
                ? HttpFault.bad("the line of a chunk's size is too long", "RFC 9112 section 7.1.1")
                : undecodable(cause);
    }

    /** Refuses names that some servers take for others. */
    static void checkNames(HttpHeaders fields) throws Refused {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            CharSequence name = all.next().getKey();
            if (AsciiString.indexOf(name, '_', 0) < 0) {
                continue;
            }
            String alias = name.toString().toLowerCase(Locale.ROOT).replace('_', '-');
            if (NOT_WITH_UNDERSCORES.contains(alias) || ForwardingHeaders.isClaim(alias)) {
                throw Refused.bad(
                        "a header field with an underscore that passes for " + alias, "RFC 3875 section 4.1.18");
            }
        }
    }

    /**
     * Checks what a trailer section's fields mean; the form of one in HTTP/1.1 was {@link HeadScanner}'s.
     *
     * @return why the request is refused, if it is
     */
    static Optional<HttpFault> checkTrailers(HttpHeaders trailers, int maxFields) {
        if (trailers.isEmpty()) {
            return Optional.empty();
        }
        if (trailers.size() > maxFields) {
            return Optional.of(new HttpFault(431, "more than " + maxFields + " trailer fields", "RFC 6585 section 5"));
        }
        try {
            checkNames(trailers);
        } catch (Refused refused) {
            return Optional.of(refused.fault());
        }
        for (Map.Entry<String, String> field : trailers) {
            if (!Ascii.isFieldValue(field.getValue())) {
                return Optional.of(
                        HttpFault.bad("a control character in a trailer field's value", "RFC 9110 section 5.5"));
            }
        }
        return Optional.empty();
    }

    private static String host(HttpHeaders fields, boolean http10) throws Refused {
        List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            throw Refused.bad("more than one Host field", "RFC 9112 section 3.2");
        }
        if (hosts.isEmpty()) {
            if (http10) {
                return "";
            }
            throw Refused.bad("an HTTP/1.1 request without a Host field", "RFC 9112 section 3.2");
        }
        return authority(hosts.get(0));
    }

    /** One host with or without a port; may be empty. */
    static String authority(String value) throws Refused {
        if (!Ascii.isAuthority(value)) {
            throw Refused.bad("Host is not one host with an optional port", "RFC 9110 section 7.2");
        }
        return value;
    }

    /** What the fields say of the body's length. */
    static BodyLength body(HttpHeaders fields, boolean http10) throws Refused {
        List<String> codings = fields.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        List<String> lengths = fields.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (!codings.isEmpty()) {
            if (http10) {
                throw Refused.bad("Transfer-Encoding in HTTP/1.0", "RFC 9112 section 6.1");
            }
            if (!lengths.isEmpty()) {
                throw Refused.bad("both Content-Length and Transfer-Encoding", "RFC 9112 section 6.1");
            }
            if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                throw new Refused(
                        new HttpFault(501, "a transfer coding other than chunked alone", "RFC 9112 section 6.1"));
            }
            return BodyLength.OPEN;
        }
        if (lengths.isEmpty()) {
            return BodyLength.NONE;
        }
        if (lengths.size() > 1) {
            throw Refused.bad("more than one Content-Length", "RFC 9112 section 6.3");
        }
        return BodyLength.exactly(length(lengths.get(0)));
    }

    /** The value of a Content-Length; -1 if it is none. */
    static long parseLength(String text) {
        if (text.isEmpty() || text.length() > 18) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text);
    }

    private static long length(String text) throws Refused {
        long length = parseLength(text);
        if (length < 0) {
            throw Refused.bad("Content-Length is not a number", "RFC 9110 section 8.6");
        }
        return length;
    }

    static boolean expectsContinue(HttpHeaders fields, boolean http10) throws Refused {
        List<String> expectations = fields.getAll(HttpHeaderNames.EXPECT);
        if (expectations.isEmpty() || http10) {
            return false;
        }
        if (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new Refused(new HttpFault(417, "an expectation other than 100-continue", "RFC 9110 section 10.1.1"));
        }
        return true;
    }

    /** An upgrade to h2c is never taken: it would carry requests past this front (RFC 9113 section 3.1). */
    private static Optional<Upgrade> upgrade(HttpHeaders fields) {
        if (!HopByHop.connectionHas(fields, HttpHeaderNames.UPGRADE)) {
            return Optional.empty();
        }
        String protocols = String.join(", ", fields.getAll(HttpHeaderNames.UPGRADE));
        boolean takesHttp = false;
        for (String protocol : protocols.split(",")) {
            String name = protocol.strip().toLowerCase(Locale.ROOT);
            takesHttp |= name.equals("h2c") || name.equals("h2") || name.startsWith("http/") || name.startsWith("tls/");
        }
        return protocols.isBlank() || takesHttp
                ? Optional.empty()
                : Optional.of(new Upgrade(protocols, /* byConnect= */ false));
    }

    private record Target(String authority, String originForm) {}

    private static Target target(String uri, String method, String host, boolean hostTold, boolean secured)
            throws Refused {
        if (uri.startsWith("/")) {
            return new Target(host, uri);
        }
        if (uri.equals("*")) {
            if (!method.equals("OPTIONS")) {
                throw Refused.bad("the target * with another method than OPTIONS", "RFC 9112 section 3.2.4");
            }
            return new Target(host, uri);
        }
        return absoluteForm(uri, method, host, hostTold, secured);
    }

    private static Target absoluteForm(String uri, String method, String host, boolean hostTold, boolean secured)
            throws Refused {
        int colon = uri.indexOf("://");
        String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!DEFAULT_PORTS.containsKey(scheme)) {
            throw Refused.bad("the target is neither a path nor an http URI", "RFC 9112 section 3.2");
        }
        if (scheme.equals("https") && !secured) {
            throw new Refused(
                    new HttpFault(421, "an https target on a connection without TLS", "RFC 9110 section 7.4"));
        }
        int start = colon + 3;
        int end = start;
        while (end < uri.length() && uri.charAt(end) != '/' && uri.charAt(end) != '?') {
            end++;
        }
        String authority = authority(uri.substring(start, end));
        if (authority.isEmpty()) {
            throw Refused.bad("an http URI without a host", "RFC 9110 section 4.2.1");
        }
        if (hostTold && !normal(authority, scheme).equals(normal(host, scheme))) {
            throw Refused.bad("Host and the target's authority differ", "RFC 9112 section 3.2.2");
        }
        String rest = uri.substring(end);
        if (rest.isEmpty() && method.equals("OPTIONS")) {
            return new Target(authority, "*");
        }
        return new Target(authority, rest.startsWith("/") ? rest : "/" + rest);
    }

    /** For comparing: lower case, without the scheme's default port. */
    static String normal(String authority, String scheme) {
        String lower = authority.toLowerCase(Locale.ROOT);
        String port = DEFAULT_PORTS.get(scheme);
        return lower.endsWith(port) ? lower.substring(0, lower.length() - port.length()) : lower;
    }
}
