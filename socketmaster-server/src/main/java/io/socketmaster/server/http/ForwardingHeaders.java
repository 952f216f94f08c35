package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.socketmaster.server.relay.ClientFacts;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a service learns of its client (contract section 9). What the client itself claims in these fields is replaced: it
 * is not trusted. One for each connection, since most of it is the same for all of its requests; on its event loop.
 */
final class ForwardingHeaders {
    private static final AsciiString FOR = AsciiString.cached("X-Forwarded-For");
    private static final AsciiString PROTO = AsciiString.cached("X-Forwarded-Proto");
    private static final AsciiString HOST = AsciiString.cached("X-Forwarded-Host");
    private static final AsciiString PORT = AsciiString.cached("X-Forwarded-Port");
    private static final AsciiString FORWARDED = AsciiString.cached("Forwarded");
    private static final AsciiString REQUEST_ID = AsciiString.cached("X-Request-Id");
    private static final String PREFIX = "x-forwarded-";

    private final String address;
    private final String proto;
    private final String port;
    private String lastHost = "";
    private String lastForwarded;

    ForwardingHeaders(ClientFacts client) {
        address = address(client.remote());
        proto = client.tls().isPresent() ? "https" : "http";
        port = Integer.toString(client.local().getPort());
        lastForwarded = forwarded(lastHost);
    }

    /**
     * Replaces the forwarding fields among {@code fields}.
     *
     * @param host as the client wrote it; empty if it named none
     * @param requestId a fresh id; asked only if the client sent none
     */
    void apply(HttpHeaders fields, String host, Supplier<String> requestId) {
        removeClaims(fields);
        fields.add(FOR, address);
        fields.add(PROTO, proto);
        if (!host.isEmpty()) {
            fields.add(HOST, host);
        }
        if (!port.equals("0")) { // a Unix socket has none
            fields.add(PORT, port);
        }
        if (!host.equals(lastHost)) {
            lastForwarded = forwarded(host);
            lastHost = host;
        }
        fields.add(FORWARDED, lastForwarded);
        if (!fields.contains(REQUEST_ID)) {
            fields.add(REQUEST_ID, requestId.get());
        }
    }

    /** Removes every field by which a sender could pass for a proxy. */
    static void removeClaims(HttpHeaders fields) {
        List<CharSequence> claims = null;
        Iterator<Map.Entry<CharSequence, CharSequence>> all = fields.iteratorCharSequence();
        while (all.hasNext()) {
            CharSequence name = all.next().getKey();
            if (isClaim(name)) {
                claims = claims == null ? new ArrayList<>() : claims;
                claims.add(name);
            }
        }
        if (claims != null) {
            claims.forEach(fields::remove);
        }
    }

    /** Whether a field of this name says who the client is. */
    static boolean isClaim(CharSequence name) {
        char first = AsciiString.toLowerCase(name.charAt(0));
        if (first != 'x' && first != 'f') {
            return false;
        }
        String lower = name.toString().toLowerCase(Locale.ROOT);
        return lower.startsWith(PREFIX)
                || lower.equals("forwarded")
                || lower.equals("x-real-ip")
                || lower.startsWith("x-client-cert");
    }

    /** One element of RFC 7239 section 4. An IPv6 address and a host with a port are no tokens and need quotes. */
    private String forwarded(String host) {
        StringBuilder element = new StringBuilder("for=");
        element.append(address.indexOf(':') < 0 ? address : "\"[" + address + "]\"");
        if (!host.isEmpty()) {
            element.append(";host=");
            boolean token = host.chars().allMatch(Ascii::isToken);
            element.append(token ? host : '"' + host + '"');
        }
        return element.append(";proto=").append(proto).toString();
    }

    private static String address(InetSocketAddress remote) {
        if (remote.getAddress() == null) {
            return "unknown";
        }
        String text = remote.getAddress().getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
