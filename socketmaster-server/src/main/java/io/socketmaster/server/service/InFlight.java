package io.socketmaster.server.service;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * One request or connection that was handed to a generation: the grant and, since a granted applicant has left every queue,
 * its admission too; one object per request.
 *
 * <p>Any thread. What happened is a set of bits, each set once by an atomic operation, so that every step counts once.
 */
final class InFlight<U extends Upstream> implements Grant<U>, Admission {
    private static final int ESTABLISHED = 1;
    private static final int LONG_LIVED = 2;
    private static final int ENDED = 4;
    private static final VarHandle HAPPENED;

    static {
        try {
            HAPPENED = MethodHandles.lookup().findVarHandle(InFlight.class, "happened", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Generation<U> generation;
    private final int turn;
    private final long arrivalNanos;
    private final Refusers<U> refusers;
    /** Its slot in a gentle release; {@code null} if it was not held. */
    private final GentleRelease.Slot slot;

    @SuppressWarnings("UnusedVariable") // read and written through HAPPENED
    private volatile int happened;

    InFlight(Generation<U> generation, int turn, long arrivalNanos, Refusers<U> refusers, GentleRelease.Slot slot) {
        this.generation = generation;
        this.turn = turn;
        this.arrivalNanos = arrivalNanos;
        this.refusers = refusers;
        this.slot = slot;
    }

    @Override
    public U upstream() {
        return generation.upstream();
    }

    @Override
    public void established() {
        int before = mark(ESTABLISHED);
        if ((before & (ESTABLISHED | ENDED)) == 0) {
            freeSlot(/* widen= */ true);
        }
    }

    @Override
    public void longLived() {
        int before = mark(LONG_LIVED);
        if ((before & (LONG_LIVED | ENDED)) == 0) {
            generation.becameLongLived();
        }
    }

    @Override
    public void ended() {
        end(/* kept= */ true);
    }

    /** Ends it as a stream that the service did not take. */
    void refused() {
        end(/* kept= */ false);
    }

    /** Granted: there is no queue to leave. */
    @Override
    public void cancel() {}

    Generation<U> generation() {
        return generation;
    }

    long arrivalNanos() {
        return arrivalNanos;
    }

    /** All that refused this applicant before; {@code null} if none did. */
    Refusers<U> refusers() {
        return refusers;
    }

    /** All that refused this applicant, if this one's generation has done so too. */
    Refusers<U> refusersWithThis() {
        return new Refusers<>(generation, turn, refusers);
    }

    private void end(boolean kept) {
        int before = mark(ENDED);
        if ((before & ENDED) != 0) {
            return;
        }
        if ((before & ESTABLISHED) == 0) {
            freeSlot(kept);
        }
        generation.leave(/* wasLongLived= */ (before & LONG_LIVED) != 0);
    }

    private void freeSlot(boolean widen) {
        if (slot != null) {
            generation.service().freeLater(slot, widen);
        }
    }

    private int mark(int bit) {
        return (int) HAPPENED.getAndBitwiseOr(this, bit);
    }
}
