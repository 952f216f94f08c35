package io.socketmaster.server.sniff;

/** Carries the reason from the depth of a parser to its entrance; never leaves this package. */
final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }

    /** Strangers cause these at will: no stack trace. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
