package io.socketmaster.server.http;

/**
 * What to do when a request's stream fails: the table of contract section 5, as a pure function of the evidence. Rows for
 * idempotent methods are for the issue on replay to add; until then what a service may have seen is never sent again.
 */
final class FailureDecision {
    /** What is done. */
    enum Action {
        /** Nobody saw the request: it asks for a session again, with what was kept of its body. */
        SEND_AGAIN,
        /** The client gets a 502 that says why. */
        ANSWER,
        /** The response had begun: it is cut off visibly. */
        TRUNCATE
    }

    /**
     * What is known when a stream fails.
     *
     * @param method the request's method
     * @param refused the stream was never sent, or reset before anything came in on it
     * @param established something had come in on the stream
     * @param responseBegun a part of the response was passed on to the client
     * @param bodyReplayable all that was sent of the body is still there
     * @param attemptsLeft how often the request may still be sent
     */
    record Evidence(
            String method,
            boolean refused,
            boolean established,
            boolean responseBegun,
            boolean bodyReplayable,
            int attemptsLeft) {}

    private FailureDecision() {}

    static Action decide(Evidence evidence) {
        if (evidence.responseBegun()) {
            return Action.TRUNCATE;
        }
        boolean unseen = evidence.refused() && !evidence.established();
        return unseen && evidence.bodyReplayable() && evidence.attemptsLeft() > 0 ? Action.SEND_AGAIN : Action.ANSWER;
    }
}
