package io.socketmaster.protocol.yamux;

/** The session is lost. The message says why, in one sentence. */
final class SessionFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean violation;

    private SessionFailure(String message, boolean violation) {
        super(message);
        this.violation = violation;
    }

    /** The peer broke the protocol, and is told so with a GoAway. */
    static SessionFailure violation(String what) {
        return new SessionFailure("peer broke the protocol: " + what, /* violation= */ true);
    }

    /** The peer gave the session up. */
    static SessionFailure endedByPeer(long goAwayCode) {
        return new SessionFailure("peer ended the session with GoAway " + goAwayCode, /* violation= */ false);
    }

    boolean isViolation() {
        return violation;
    }

    /** Where it was noticed says nothing about the peer. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
