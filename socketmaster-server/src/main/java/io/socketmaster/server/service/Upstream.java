package io.socketmaster.server.service;

import java.time.Duration;

/** One live session of a service, as this room sees it. Every method may be called from any thread and returns at once. */
public interface Upstream {
    /** The session's id, unique in this daemon's life; for people and logs. */
    String sessionId();

    /** The address that it came from, for people. */
    default String peer() {
        return "";
    }

    /** Name and version of the service's library; empty if it did not say. */
    default String client() {
        return "";
    }

    /** Tells the service that new work is being held or refused, for information. */
    default void onPaused() {}

    /** Tells the service that the pause is over. */
    default void onResumed() {}

    /** Tells the service that a newer generation has taken over and how long its in-flight work may take. */
    void onReplaced(Duration drain);

    /** Tells a service that was replaced that the newer generation is gone and that it has the traffic again. */
    void onTakenBack();

    /** Tells the service that an operator or the daemon asks it to leave. */
    void onDrainRequested(Duration drain);

    /** Tells the service that everything handed to it has ended and nothing new will come. */
    void onDrained();

    /**
     * The drain deadline of requests passed, because {@code reason}, while streams that were marked {@link
     * Grant#longLived()} may stay: ends the other ones. A session that cannot tell them apart ends as a whole.
     */
    default void onRequestsOverdue(String reason) {
        close(reason);
    }

    /** Ends the session and whatever still runs on it, because {@code reason}. */
    void close(String reason);
}
