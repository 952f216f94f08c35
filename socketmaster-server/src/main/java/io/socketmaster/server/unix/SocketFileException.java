package io.socketmaster.server.unix;

import java.io.IOException;

/** A socket file that cannot be had; the message names the fault and the remedy. */
public final class SocketFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The kinds of fault. */
    public enum Reason {
        /** A program answers on it. */
        IN_USE,
        /** The system does not allow it. */
        DENIED,
        /** The path, the owner or what lies there cannot be a socket's. */
        UNUSABLE
    }

    private final Reason reason;

    SocketFileException(Reason reason, String message) {
        this(reason, message, /* cause= */ null);
    }

    SocketFileException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
