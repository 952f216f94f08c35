package io.socketmaster.server.route;

/** A host name that a client sent and that cannot be one; the message is a sentence for the answer and the log. */
public final class BadHostException extends Exception {
    private static final long serialVersionUID = 1L;

    BadHostException(String message) {
        super(message);
    }

    /** Strangers cause these at will: no stack trace, which would say nothing and cost much. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
