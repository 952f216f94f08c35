package io.socketmaster.cli.api;

/** Nobody answers at the daemon's address; the message names it and the remedy. */
final class DaemonUnreachableException extends Exception {
    private static final long serialVersionUID = 1L;

    DaemonUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
