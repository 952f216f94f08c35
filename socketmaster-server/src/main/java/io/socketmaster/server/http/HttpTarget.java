package io.socketmaster.server.http;

import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Applicant;

/** A service, as an exchange sees it. Any thread. */
public interface HttpTarget {
    /** The service's name, for people and log lines. */
    String name();

    /**
     * Asks for a session; the applicant hears from it exactly once, perhaps before this method returns, perhaps from
     * another thread.
     */
    Admission admit(Applicant<StreamUpstream> applicant);

    /** An application that waits. */
    @FunctionalInterface
    interface Admission {
        /** The applicant is gone: it leaves the queue. Does nothing after the answer. */
        void cancel();
    }
}
