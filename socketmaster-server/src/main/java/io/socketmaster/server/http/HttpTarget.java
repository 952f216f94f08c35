package io.socketmaster.server.http;

import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Applicant;
import io.socketmaster.server.service.Grant;

/** A service, as an exchange sees it. Any thread. */
public interface HttpTarget {
    /** The service's name, for people and log lines. */
    String name();

    /**
     * Asks for a session; the applicant hears from it exactly once, perhaps before this method returns, perhaps from
     * another thread.
     */
    Admission admit(Applicant<StreamUpstream> applicant);

    /**
     * Asks once more for a request whose stream was refused, or that may be sent again for another reason: it keeps its
     * place in time and goes to none of the sessions that refused it.
     *
     * @param refused the grant of the attempt that failed; ended by this
     */
    Admission admitAgain(Applicant<StreamUpstream> applicant, Grant<StreamUpstream> refused);

    /**
     * Asks once more for a request that a live session gave up: it keeps its place in time, and goes to another session if
     * one can take it now, else to the same one.
     *
     * @param givenUp the grant of the attempt that failed; ended by this
     */
    Admission admitElsewhere(Applicant<StreamUpstream> applicant, Grant<StreamUpstream> givenUp);

    /** An application that waits. */
    @FunctionalInterface
    interface Admission {
        /** The applicant is gone: it leaves the queue. Does nothing after the answer. */
        void cancel();
    }
}
