package io.socketmaster.server.route;

/** A path that is not routed, because client, daemon and service could read it differently. */
public final class BadPathException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    BadPathException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** The kind of fault; the message says it as a sentence. */
    public Reason reason() {
        return reason;
    }

    /** Strangers cause these at will: no stack trace, which would say nothing and cost much. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /** The kinds of fault. */
    public enum Reason {
        /** Does not begin with a slash. */
        NOT_ABSOLUTE,
        /** A percent sign that is not followed by two hexadecimal digits. */
        BAD_PERCENT,
        /** A NUL in disguise ({@code %00}): ends the path early for some readers. */
        NUL,
        /** A backslash: a separator for some readers. */
        BACKSLASH,
        /** White space or a control character. */
        CONTROL_CHARACTER,
        /** A {@code #}: belongs to a browser's address bar, never to a request. */
        FRAGMENT,
        /** A raw byte above 127, which must be percent-encoded (RFC 3986 section 2.1). */
        NON_ASCII,
        /** Dot segments that climb above the root. */
        ABOVE_ROOT
    }
}
