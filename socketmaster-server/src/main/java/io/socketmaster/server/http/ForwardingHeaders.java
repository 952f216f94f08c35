package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import io.socketmaster.server.relay.ClientFacts;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What a service learns of its client (contract section 9). What the client itself claims in these fields is replaced: it
 * is not trusted. Pure.
 */
final class ForwardingHeaders {
    private static final String REQUEST_ID = "x-request-id";
    private static final String PREFIX = "x-forwarded-";

    private ForwardingHeaders() {}

    /**
     * Replaces the forwarding fields among {@code fields}.
     *
     * @param host as the client wrote it; empty if it named none
     * @param requestId a fresh id; asked only if the client sent none
     */
    static void apply(HttpHeaders fields, ClientFacts client, String host, Supplier<String> requestId) {
        removeClaims(fields);
        String address = address(client.remote());
        String proto = client.tls().isPresent() ? "https" : "http";
        fields.set("X-Forwarded-For", address);
        fields.set("X-Forwarded-Proto", proto);
        if (!host.isEmpty()) {
            fields.set("X-Forwarded-Host", host);
        }
        if (client.local().getPort() != 0) { // a Unix socket has none
            fields.set("X-Forwarded-Port", Integer.toString(client.local().getPort()));
        }
        fields.set("Forwarded", forwarded(address, host, proto));
        if (!fields.contains(REQUEST_ID)) {
            fields.set("X-Request-Id", requestId.get());
        }
    }

    /** Removes every field by which a sender could pass for a proxy. */
    static void removeClaims(HttpHeaders fields) {
        List<String> claims = new ArrayList<>();
        for (String name : fields.names()) {
            if (isClaim(name.toLowerCase(Locale.ROOT))) {
                claims.add(name);
            }
        }
        claims.forEach(fields::remove);
    }

    /** Whether a field of this lower-case name says who the client is. */
    static boolean isClaim(String name) {
        return name.startsWith(PREFIX)
                || name.equals("forwarded")
                || name.equals("x-real-ip")
                || name.startsWith("x-client-cert");
    }

    /** One element of RFC 7239 section 4. An IPv6 address and a host with a port are no tokens and need quotes. */
    private static String forwarded(String address, String host, String proto) {
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
