package io.socketmaster.protocol.yamux.netty;

import java.io.IOException;

/** A stream ended other than by FIN in both directions. The damage ends with the stream, unless the session is lost. */
public final class StreamClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What ended the stream. */
    public enum Cause {
        /** The peer reset it. */
        RESET,
        /** The session ended under it. */
        SESSION_LOST,
        /** It was never opened: the session takes no more streams, or ended before its SYN was written. */
        NEVER_SENT
    }

    private final Cause reason;
    private final boolean established;

    public StreamClosedException(Cause reason, boolean established, String message) {
        super(message);
        this.reason = reason;
        this.established = established;
    }

    public Cause reason() {
        return reason;
    }

    /** Whether anything had come in on the stream: if not, a reset proves that the application never saw it. */
    public boolean isEstablished() {
        return established;
    }

    /** The stack trace of an event loop says nothing about a peer's reset. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
