package io.socketmaster.cli.verify;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where requests go, as an {@code http} or {@code https} URL says it.
 *
 * @param url as it was written
 * @param host without brackets
 * @param pathAndQuery what stands in the request line
 */
public record Target(String url, boolean tls, String host, int port, String pathAndQuery) {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /** @throws IllegalArgumentException naming what is wrong with {@code url} */
    public static Target parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + url + "' is not a URL: " + e.getReason(), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean tls = scheme.equals("https");
        if (!tls && !scheme.equals("http")) {
            throw new IllegalArgumentException("'" + url + "' begins with neither http:// nor https://");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("'" + url + "' names no host; write http://127.0.0.1:8080/path");
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the URL holds a user or password; send them with --header 'Authorization: ...'");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS_PORT : HTTP_PORT;
        if (port == 0 || port > 65_535) {
            throw new IllegalArgumentException("'" + url + "': the port " + port + " is not between 1 and 65535");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Target(url, tls, withoutBrackets(uri.getHost()), port, path + query);
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The value of the {@code Host} header: without the port that the scheme stands for (RFC 9112 section 3.2). */
    public String hostHeader() {
        String name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (tls ? HTTPS_PORT : HTTP_PORT) ? name : name + ":" + port;
    }
}
