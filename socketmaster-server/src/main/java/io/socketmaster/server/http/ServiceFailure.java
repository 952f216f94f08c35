package io.socketmaster.server.http;

/**
 * Why a service's side of an exchange ended before its response did.
 *
 * @param kind what happened
 * @param sentence for a person: what was seen
 */
record ServiceFailure(Kind kind, String sentence) {
    /** The kinds of failure. */
    enum Kind {
        /** The stream was never sent, or was reset before anything came in on it: the service has not seen the request. */
        REFUSED,
        /** The stream or its session was lost, or ended too early. */
        LOST,
        /** The service sent what is no proper response. */
        BAD_RESPONSE
    }
}
