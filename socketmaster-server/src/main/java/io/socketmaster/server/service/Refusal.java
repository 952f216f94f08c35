package io.socketmaster.server.service;

import java.time.Duration;

/**
 * Why an applicant got no session.
 *
 * @param reason the kind of refusal
 * @param retryAfter when it may be worth asking again
 * @param sentence for a person: what was waited for and for how long
 */
public record Refusal(Reason reason, Duration retryAfter, String sentence) {
    /** The kinds of refusal. */
    public enum Reason {
        /** The hold ran out before the service came back. */
        EXPIRED,
        /** Too many wait already, on this route or in all. */
        FULL,
        /** The service is paused, and who comes is refused. */
        PAUSED,
        /** The route was removed, or the daemon is stopping. */
        GONE
    }
}
