package io.socketmaster.server.service;

/**
 * Somebody who wants to hand one request or connection to a service. Exactly one of the two methods is called, exactly
 * once, from the thread that asked or from the registry thread.
 *
 * @param <U> the kind of session
 */
public interface Applicant<U extends Upstream> {
    /** A session is there; the work is in flight on it until {@link Grant#ended()}. */
    void onGranted(Grant<U> grant);

    /** No session came in time, or there is no room to wait. */
    void onRefused(Refusal refusal);
}
