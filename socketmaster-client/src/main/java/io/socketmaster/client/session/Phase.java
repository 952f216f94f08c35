package io.socketmaster.client.session;

/** Where a {@link Registration} stands, and what follows from it when a session or an attempt fails. */
enum Phase {
    /** The first attempt is under way; the caller of {@code listen} is waiting and hears of a failure himself. */
    STARTING(false),
    /** A session stands. */
    UP(true),
    /** The session was lost, or the daemon hands over: attempts go on until one succeeds. */
    AWAY(true),
    /**
     * A newer generation has the traffic. The daemon gives nothing new, says when the last stream has ended, and keeps the
     * deadlines; until then it may take this one back.
     */
    REPLACED(false),
    /** No new streams; what runs finishes. */
    LEAVING(false),
    /** Over. */
    GONE(false);

    private final boolean staysRegistered;

    Phase(boolean staysRegistered) {
        this.staysRegistered = staysRegistered;
    }

    /** Whether a session that is lost, or an attempt that failed for a passing reason, is followed by another attempt. */
    boolean triesAgain() {
        return staysRegistered;
    }
}
