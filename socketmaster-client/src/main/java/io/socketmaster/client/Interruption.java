package io.socketmaster.client;

import java.io.InterruptedIOException;

/** Turns an interrupt into what blocking I/O throws. */
final class Interruption {
    private Interruption() {}

    /** The thread stays interrupted, so that whoever catches only {@code IOException} does not lose the interrupt. */
    static InterruptedIOException of(InterruptedException cause, String doing) {
        Thread.currentThread().interrupt();
        InterruptedIOException exception = new InterruptedIOException("interrupted while " + doing);
        exception.initCause(cause);
        return exception;
    }
}
