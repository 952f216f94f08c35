package io.socketmaster.server.service;

import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An applicant on its way into the waiting room, or in it.
 *
 * <p>Who wins {@link #tryAnswer()} decides what becomes of it, once: the registry thread that grants or refuses, or any
 * thread that cancels. The other mutable fields belong to the registry thread.
 */
final class Waiter<U extends Upstream> implements Admission {
    /** First come first served, by the moment of asking; one that was sent back keeps its moment, and so its place. */
    static final Comparator<Waiter<?>> BY_ARRIVAL = (a, b) -> {
        // Differences, not values: the clock may pass Long.MAX_VALUE.
        int byTime = Long.signum(a.arrivalNanos - b.arrivalNanos);
        return byTime != 0 ? byTime : Long.compare(a.sequence, b.sequence);
    };

    private final Applicant<U> applicant;
    private final long arrivalNanos;
    private final Refusers<U> refusers;
    private final Consumer<Waiter<U>> onCancelled;
    private final AtomicBoolean answered = new AtomicBoolean();

    /** Order among those who came in the same nanosecond. */
    private long sequence;
    /** Ends the waiting; {@code null} while it does not wait. */
    private Timeline.Timer limit;
    /** Whether its place in the waiting room was given back. */
    private boolean checkedOut;

    Waiter(Applicant<U> applicant, long arrivalNanos, Refusers<U> refusers, Consumer<Waiter<U>> onCancelled) {
        this.applicant = applicant;
        this.arrivalNanos = arrivalNanos;
        this.refusers = refusers;
        this.onCancelled = onCancelled;
    }

    @Override
    public void cancel() {
        if (tryAnswer()) {
            onCancelled.accept(this);
        }
    }

    /** Any thread; true for exactly one caller. */
    boolean tryAnswer() {
        return answered.compareAndSet(false, true);
    }

    boolean isAnswered() {
        return answered.get();
    }

    Applicant<U> applicant() {
        return applicant;
    }

    long arrivalNanos() {
        return arrivalNanos;
    }

    Refusers<U> refusers() {
        return refusers;
    }

    void checkIn(long place) {
        sequence = place;
    }

    void limitedBy(Timeline.Timer timer) {
        limit = timer;
    }

    /** Whether it has waited: it did not pass straight through. */
    boolean hasWaited() {
        return limit != null;
    }

    boolean isCheckedOut() {
        return checkedOut;
    }

    void checkOut() {
        checkedOut = true;
        if (limit != null) {
            limit.cancel();
        }
    }
}
