package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.socketmaster.server.config.HttpSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a decoded HTTP/2 head means one thing only, for servers of either HTTP, and says which. The rules that are
 * HTTP's and not the wire's are {@link RequestCheck}'s. Pure.
 */
final class Http2RequestCheck {
    /** RFC 9113 section 8.2.2. */
    private static final Set<String> CONNECTION_SPECIFIC =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "http2-settings");

    private static final Set<String> PSEUDO = Set.of(":method", ":scheme", ":authority", ":path", ":protocol");

    private static final String CONNECT = "CONNECT";

    private static final int MAX_METHOD_BYTES = 32;

    private final HttpSettings.Limits limits;
    private final boolean secured;

    /**
     * @param secured whether the connection is in TLS
     */
    Http2RequestCheck(HttpSettings.Limits limits, boolean secured) {
        this.limits = limits;
        this.secured = secured;
    }

    /**
     * Checks a request's head. An extended CONNECT (RFC 8441) becomes the GET that asks for the same in HTTP/1.1.
     *
     * @param ended whether no body follows
     */
    RequestHead check(Http2Headers message, boolean ended) throws Refused {
        String method = method(message);
        Optional<Upgrade> upgrade = upgrade(message, method);
        String scheme = scheme(message);
        HttpHeaders fields = fields(message);
        RequestCheck.checkNames(fields);
        String host = host(message, fields, scheme);
        String target = target(message, method);
        BodyLength body = upgrade.isPresent() ? noBody(fields) : body(fields, ended);
        if (method.equals("TRACE") && !ended) {
            throw Refused.bad("a TRACE with a body", "RFC 9110 section 9.3.8");
        }
        boolean expectsContinue = RequestCheck.expectsContinue(fields, /* http10= */ false);
        boolean acceptsTrailers = acceptsTrailers(fields);
        fields.remove(HttpHeaderNames.HOST);
        fields.remove(HttpHeaderNames.CONTENT_LENGTH);
        fields.remove(HttpHeaderNames.TE);
        if (upgrade.isPresent()) {
            fields.remove(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        }
        return new RequestHead(
                upgrade.isPresent() ? "GET" : method,
                host,
                target,
                fields,
                body,
                upgrade,
                acceptsTrailers,
                expectsContinue);
    }

    /** Checks a request's trailer section. */
    HttpHeaders checkTrailers(Http2Headers message) throws Refused {
        HttpHeaders trailers = fields(message);
        for (CharSequence name : message.names()) {
            if (isPseudo(name)) {
                throw Refused.bad("a pseudo-header field among the trailers", "RFC 9113 section 8.1");
            }
        }
        Optional<HttpFault> fault = RequestCheck.checkTrailers(trailers, limits.maxFields());
        if (fault.isPresent()) {
            throw new Refused(fault.get());
        }
        return trailers;
    }

    private static String only(Http2Headers message, Http2Headers.PseudoHeaderName name) throws Refused {
        List<CharSequence> values = message.getAll(name.value());
        if (values.size() > 1) {
            throw Refused.bad("a pseudo-header field that is there twice", "RFC 9113 section 8.3");
        }
        return values.isEmpty() ? "" : values.get(0).toString();
    }

    private static String method(Http2Headers message) throws Refused {
        String method = only(message, Http2Headers.PseudoHeaderName.METHOD);
        if (method.isEmpty() || !method.chars().allMatch(Ascii::isToken)) {
            throw Refused.bad("the method is not a token", "RFC 9113 section 8.3.1");
        }
        if (method.length() > MAX_METHOD_BYTES) {
            throw new Refused(new HttpFault(
                    501, "the method is longer than " + MAX_METHOD_BYTES + " bytes", "RFC 9110 section 9.1"));
        }
        return method;
    }

    /** What a CONNECT wants its stream to become. Nothing else asks for that. */
    private static Optional<Upgrade> upgrade(Http2Headers message, String method) throws Refused {
        boolean told = message.contains(Http2Headers.PseudoHeaderName.PROTOCOL.value());
        if (!method.equals(CONNECT)) {
            if (told) {
                throw Refused.bad("a :protocol and another method than CONNECT", "RFC 8441 section 4");
            }
            return Optional.empty();
        }
        if (!told) {
            throw plainConnect(message);
        }
        String protocol = only(message, Http2Headers.PseudoHeaderName.PROTOCOL);
        if (!protocol.equalsIgnoreCase(Upgrade.WEBSOCKET_BY_CONNECT.protocols())) {
            throw new Refused(
                    new HttpFault(501, "CONNECT is served with the protocol websocket only", "RFC 9220 section 3"));
        }
        return Optional.of(Upgrade.WEBSOCKET_BY_CONNECT);
    }

    private static Refused plainConnect(Http2Headers message) throws Refused {
        if (message.contains(Http2Headers.PseudoHeaderName.SCHEME.value())
                || message.contains(Http2Headers.PseudoHeaderName.PATH.value())
                || only(message, Http2Headers.PseudoHeaderName.AUTHORITY).isEmpty()) {
            return Refused.bad("a CONNECT that names more than an authority, or none", "RFC 9113 section 8.5");
        }
        return new Refused(
                new HttpFault(501, "this is no forward proxy: CONNECT is not served", "RFC 9110 section 9.3.6"));
    }

    /** What follows the head of an extended CONNECT belongs to the protocol that it asks for. */
    private static BodyLength noBody(HttpHeaders fields) throws Refused {
        if (RequestCheck.body(fields, /* http10= */ false).kind() != BodyLength.Kind.NONE) {
            throw Refused.bad("a Content-Length in a CONNECT", "RFC 9110 section 9.3.6");
        }
        return BodyLength.NONE;
    }

    private String scheme(Http2Headers message) throws Refused {
        String scheme = only(message, Http2Headers.PseudoHeaderName.SCHEME);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw Refused.bad("the scheme is neither http nor https", "RFC 9113 section 8.3.1");
        }
        if (scheme.equals("https") && !secured) {
            throw new Refused(
                    new HttpFault(421, "an https request on a connection without TLS", "RFC 9110 section 7.4"));
        }
        return scheme;
    }

    private HttpHeaders fields(Http2Headers message) throws Refused {
        // Checked here, and by stricter rules.
        HttpHeaders fields = new FieldList();
        StringBuilder cookies = new StringBuilder();
        for (Map.Entry<CharSequence, CharSequence> field : message) {
            String name = field.getKey().toString();
            String value = field.getValue().toString();
            if (isPseudo(name)) {
                if (!PSEUDO.contains(name)) {
                    throw Refused.bad("an unknown pseudo-header field", "RFC 9113 section 8.3");
                }
                continue;
            }
            checkName(name);
            checkValue(value);
            if (name.equals("cookie")) {
                // Section 8.2.3: in pieces for the sake of compression, and one field everywhere else.
                cookies.append(cookies.isEmpty() ? "" : "; ").append(value);
            } else {
                fields.add(name, value);
            }
        }
        if (!cookies.isEmpty()) {
            fields.add(HttpHeaderNames.COOKIE, cookies.toString());
        }
        if (fields.size() > limits.maxFields()) {
            throw new Refused(
                    new HttpFault(431, "more than " + limits.maxFields() + " header fields", "RFC 6585 section 5"));
        }
        return fields;
    }

    private static boolean isPseudo(CharSequence name) {
        return name.length() > 0 && name.charAt(0) == ':';
    }

    private static void checkName(String name) throws Refused {
        if (name.isEmpty() || !name.chars().allMatch(c -> Ascii.isToken(c) && (c < 'A' || c > 'Z'))) {
            throw Refused.bad("a header field's name is not a token in lower case", "RFC 9113 section 8.2.1");
        }
        if (CONNECTION_SPECIFIC.contains(name)) {
            throw Refused.bad("a header field that belongs to HTTP/1.1 connections", "RFC 9113 section 8.2.2");
        }
    }

    private static void checkValue(String value) throws Refused {
        if (!Ascii.isFieldValue(value)) {
            throw Refused.bad("a control character in a header field's value", "RFC 9113 section 8.2.1");
        }
        if (!value.isEmpty() && (isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)))) {
            throw Refused.bad("white space around a header field's value", "RFC 9113 section 8.2.1");
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static String host(Http2Headers message, HttpHeaders fields, String scheme) throws Refused {
        String authority = only(message, Http2Headers.PseudoHeaderName.AUTHORITY);
        List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1) {
            throw Refused.bad("more than one Host field", "RFC 9110 section 7.2");
        }
        String host = hosts.isEmpty() ? authority : hosts.get(0);
        String said = RequestCheck.authority(authority.isEmpty() ? host : authority);
        if (said.isEmpty()) {
            throw Refused.bad("a request that names no host", "RFC 9113 section 8.3.1");
        }
        if (!RequestCheck.normal(said, scheme).equals(RequestCheck.normal(host, scheme))) {
            throw Refused.bad("Host and :authority differ", "RFC 9113 section 8.3.1");
        }
        return said;
    }

    private String target(Http2Headers message, String method) throws Refused {
        String path = only(message, Http2Headers.PseudoHeaderName.PATH);
        if (path.length() > limits.maxRequestLineBytes()) {
            throw new Refused(new HttpFault(
                    414, "the path is longer than " + limits.maxRequestLineBytes() + " bytes", "RFC 9110 section 4.1"));
        }
        if (path.equals("*") ? !method.equals("OPTIONS") : !path.startsWith("/")) {
            throw Refused.bad("the path does not begin with /", "RFC 9113 section 8.3.1");
        }
        if (!path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#')) {
            throw Refused.bad("a character in the path that a URI cannot have unescaped", "RFC 9113 section 8.3.1");
        }
        return path;
    }

    private static BodyLength body(HttpHeaders fields, boolean ended) throws Refused {
        BodyLength told = RequestCheck.body(fields, /* http10= */ false);
        if (ended && !told.isEmpty()) {
            throw Refused.bad("a Content-Length and no body", "RFC 9113 section 8.1.1");
        }
        return told.kind() == BodyLength.Kind.NONE && !ended ? BodyLength.OPEN : told;
    }

    private static boolean acceptsTrailers(HttpHeaders fields) throws Refused {
        List<String> te = fields.getAll(HttpHeaderNames.TE);
        for (String value : te) {
            if (!value.equalsIgnoreCase("trailers")) {
                throw Refused.bad("a TE field with something else than trailers", "RFC 9113 section 8.2.2");
            }
        }
        return !te.isEmpty();
    }
}
