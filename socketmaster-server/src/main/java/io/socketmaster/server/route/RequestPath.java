package io.socketmaster.server.route;

/**
 * The path of a request in its normal form, for finding the route. The service receives the client's own bytes, never this.
 * Immutable. Text that is normal already is not rewritten.
 */
public final class RequestPath {
    /** The path {@code /}; also what {@code OPTIONS *} is routed by. */
    public static final RequestPath ROOT = new RequestPath("/");

    private final String text;

    private RequestPath(String text) {
        this.text = text;
    }

    /**
     * Reads a request target in origin form (RFC 9112 section 3.2.1): a path, and perhaps a query, which is not looked at
     * but for characters that no request may contain. The caller has dealt with the absolute form and with {@code *}.
     *
     * @throws BadPathException if client, daemon and service could read the path differently
     */
    public static RequestPath of(String target) throws BadPathException {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        for (int i = end; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '#') {
                throw PathText.fragment();
            }
            if (c <= ' ' || c == 0x7f) {
                throw PathText.controlCharacter();
            }
        }
        return new RequestPath(PathText.normalise(target, end));
    }

    /** The normal form; begins with a slash. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestPath that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
