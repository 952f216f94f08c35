package io.socketmaster.server.service;

import java.util.Optional;

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

    /**
     * What a service's state means for who comes now.
     *
     * @param pause the one in force
     * @param takers who may get work; nobody during a pause
     * @param clear whether nobody waits who could go in
     */
    static <U extends Upstream> Door<U> of(
            ServiceContext context,
            Availability availability,
            Optional<Pause> pause,
            Members<U> takers,
            boolean clear) {
        if (availability instanceof Availability.Unclaimed) {
            return new Shut<>(Refusals.unclaimed(context));
        }
        if (availability instanceof Availability.Closed closed) {
            return new Shut<>(Refusals.gone(context, closed.cause()));
        }
        if (pause.isPresent() && pause.get().mode() == PauseMode.REJECT) {
            return new Rejecting<>(pause.get());
        }
        return !takers.isEmpty() && clear ? new Open<>(takers) : new Queue<>();
    }
}
