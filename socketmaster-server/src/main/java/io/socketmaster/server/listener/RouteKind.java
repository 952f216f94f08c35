package io.socketmaster.server.listener;

/** What a route takes of its port. */
public enum RouteKind {
    /** Every connection that is nothing else. */
    TCP("tcp"),
    /** TLS connections by server name; the daemon ends TLS, what is inside is the service's. */
    TLS("tls"),
    /** TLS connections by server name, untouched. */
    PASSTHROUGH("tls-passthrough"),
    /** HTTP requests in clear text. */
    HTTP("http"),
    /** HTTP requests inside TLS that the daemon ends. */
    HTTPS("https");

    private final String text;

    RouteKind(String text) {
        this.text = text;
    }

    /** Whether the first bytes of its connections are TLS. */
    boolean isInsideTls() {
        return this == TLS || this == PASSTHROUGH || this == HTTPS;
    }

    @Override
    public String toString() {
        return text;
    }
}
