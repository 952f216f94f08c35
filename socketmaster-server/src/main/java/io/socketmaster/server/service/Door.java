package io.socketmaster.server.service;

/**
 * What a thread that brings an applicant sees of a service: one immutable value behind one reference.
 *
 * @param <U> the kind of session
 */
sealed interface Door<U extends Upstream> {
    /** Somebody takes traffic and nobody waits: go in. */
    record Open<U extends Upstream>(Members<U> members) implements Door<U> {}

    /** Nobody can take traffic now, or others were here before: ask the registry thread. */
    record Queue<U extends Upstream>() implements Door<U> {}

    /** Newcomers are refused for as long as the pause lasts; who was here before asks the registry thread. */
    record Rejecting<U extends Upstream>(Pause pause) implements Door<U> {}

    /** Nobody is let in any more. */
    record Shut<U extends Upstream>(Refusal refusal) implements Door<U> {}
}
