package io.socketmaster.server.api;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps pages in a browser out, and scripts in. A page can make its browser send requests to a loopback address; it cannot
 * choose these headers freely:
 *
 * <ul>
 *   <li>{@code Host} has to be a loopback name or the socket's own address, so that a foreign name which was made to resolve
 *       to it (DNS rebinding) gets nowhere.
 *   <li>{@code Origin}, which a browser adds to whatever may change something, has to be this server's own if it is there,
 *       and {@code Sec-Fetch-Site} must not tell of another site.
 *   <li>What changes state has a method that is not {@code GET}, and either a JSON body or none: neither a form nor a script
 *       without the server's consent (CORS) can send that.
 * </ul>
 *
 * <p>Pure functions.
 */
final class RequestGuard {
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(?::\\d{1,5})?");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");
    private static final String JSON = "application/json";

    private RequestGuard() {}

    /**
     * Checks all that does not depend on what is asked for.
     *
     * @param local the socket's own address
     */
    static void check(FullHttpRequest request, SocketAddress local) throws ApiException {
        if (!request.decoderResult().isSuccess()) {
            throw unreadable(request.decoderResult().cause());
        }
        HttpHeaders headers = request.headers();
        String host = checkHost(headers.getAll(HttpHeaderNames.HOST), local);
        for (String origin : headers.getAll(HttpHeaderNames.ORIGIN)) {
            if (!origin.equalsIgnoreCase("http://" + host)) {
                throw new ApiException(
                        403,
                        "FOREIGN_ORIGIN",
                        "this was sent by a page of another origin, and pages may not control the daemon; use the"
                                + " socketmaster command, curl or a program");
            }
        }
        for (String site : headers.getAll("Sec-Fetch-Site")) {
            if (!OWN_SITE.contains(site.toLowerCase(Locale.ROOT))) {
                throw new ApiException(
                        403,
                        "FOREIGN_ORIGIN",
                        "this was sent by a page of another site, which may not control the daemon");
            }
        }
    }

    /** A body where one is allowed is JSON and says so. */
    static void checkContentType(HttpHeaders headers) throws ApiException {
        List<String> types = headers.getAll(HttpHeaderNames.CONTENT_TYPE);
        for (String type : types) {
            int end = type.indexOf(';');
            String media = (end < 0 ? type : type.substring(0, end)).strip();
            if (!media.equalsIgnoreCase(JSON)) {
                throw wrongType("the Content-Type is not " + JSON);
            }
        }
    }

    /** The same, and there is a body. */
    static void checkContentTypeOfBody(HttpHeaders headers) throws ApiException {
        if (!headers.contains(HttpHeaderNames.CONTENT_TYPE)) {
            throw wrongType("the body has no Content-Type");
        }
    }

    private static ApiException wrongType(String fault) {
        return new ApiException(
                415, "WRONG_CONTENT_TYPE", fault + "; send 'Content-Type: application/json', or no body and no type");
    }

    private static ApiException unreadable(Throwable cause) {
        if (cause instanceof BodyCollector.BodyTooLong) {
            return new ApiException(413, "BODY_TOO_LONG", "the body is too long");
        }
        if (cause instanceof TooLongHttpLineException) {
            return new ApiException(414, "TARGET_TOO_LONG", "the request line is too long");
        }
        if (cause instanceof TooLongFrameException) {
            return new ApiException(431, "HEAD_TOO_LONG", "the headers are too long");
        }
        return ApiException.badRequest("BAD_HTTP", "this cannot be read as an HTTP/1.1 request");
    }

    private static String checkHost(List<String> hosts, SocketAddress local) throws ApiException {
        Matcher matcher = hosts.size() == 1 ? AUTHORITY.matcher(hosts.get(0)) : null;
        if (matcher == null || !matcher.matches()) {
            throw ApiException.badRequest("BAD_HOST", "exactly one Host header is needed, such as 'Host: localhost'");
        }
        String name = matcher.group(1);
        if (!name.equalsIgnoreCase("localhost") && !isOwnAddress(name, local)) {
            throw new ApiException(
                    403,
                    "FOREIGN_HOST",
                    "the Host is neither a loopback name nor this socket's own address; use localhost or 127.0.0.1");
        }
        return hosts.get(0);
    }

    private static boolean isOwnAddress(String name, SocketAddress local) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(name);
        if (bytes == null) {
            return false;
        }
        try {
            InetAddress address = InetAddress.getByAddress(bytes);
            return address.isLoopbackAddress()
                    || (local instanceof InetSocketAddress own && address.equals(own.getAddress()));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of 4 or 16 bytes", impossible);
        }
    }
}
