package io.socketmaster.server.service;

import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Who waits for a service, in which order, for how long, and how fast they are let in when it returns (contract section 3).
 *
 * <p>A place is reserved on the thread of the applicant, so that no more than the limit are ever on their way to the registry
 * thread; everything else belongs to the registry thread. The caller flushes the outbox.
 */
final class WaitingRoom<U extends Upstream> {
    private final ServiceContext context;
    private final HoldBudget budget;
    private final Function<Waiter<U>, Refusal> explanation;
    private final Runnable onChange;
    /** Any thread. */
    private final AtomicInteger reserved = new AtomicInteger();

    private final TreeSet<Waiter<U>> line = new TreeSet<>(Waiter.BY_ARRIVAL);
    /** Those whom every member refused: they hold up nobody, and stand in line again when the members change. */
    private final TreeSet<Waiter<U>> aside = new TreeSet<>(Waiter.BY_ARRIVAL);

    private Members<U> members = Members.none();
    /** The pace, while those who waited are let in; {@code null} otherwise. */
    private GentleRelease release;
    /** Frees slots by time; {@code null} unless the release waits for that. */
    private Timeline.Timer patience;

    private long places;

    /**
     * @param explanation what to tell one whose time is over
     * @param onChange run when {@link #isClear()} may have changed
     */
    WaitingRoom(
            ServiceContext context, HoldBudget budget, Function<Waiter<U>, Refusal> explanation, Runnable onChange) {
        this.context = context;
        this.budget = budget;
        this.explanation = explanation;
        this.onChange = onChange;
    }

    /** Any thread. True is owed one {@link #arrive}, {@link #turnAway} or {@link #giveBackPlace}. */
    boolean tryReserve() {
        if (reserved.incrementAndGet() <= context.settings().heldPerService()) {
            if (budget.tryTake()) {
                return true;
            }
        }
        reserved.decrementAndGet();
        return false;
    }

    /** Any thread: for one who never arrived. */
    void giveBackPlace() {
        reserved.decrementAndGet();
        budget.giveBack();
    }

    /** Whether nobody waits who could go in: a newcomer overtakes nobody. */
    boolean isClear() {
        return line.isEmpty();
    }

    int held() {
        return line.size() + aside.size();
    }

    /** Lets one in, or lets it wait until {@code hold} after it asked. */
    void arrive(Waiter<U> waiter, Duration hold) {
        if (waiter.isAnswered()) {
            checkOut(waiter);
            return;
        }
        waiter.checkIn(++places);
        line.add(waiter);
        letIn();
        if (waiter.isCheckedOut()) {
            return;
        }
        long left = hold.toNanos() - (context.now() - waiter.arrivalNanos());
        if (left <= 0) {
            timeIsOver(waiter);
            return;
        }
        waiter.limitedBy(context.timeline().schedule(Duration.ofNanos(left), context.turn(() -> timeIsOver(waiter))));
        int heldNow = held();
        context.outbox().add(() -> context.events().held(context.name(), heldNow));
    }

    /** Refuses one, wherever it is. */
    void turnAway(Waiter<U> waiter, Refusal refusal) {
        checkOut(waiter);
        if (waiter.tryAnswer()) {
            context.outbox().add(() -> {
                context.events().refused(context.name(), refusal.reason().name(), refusal.sentence());
                waiter.applicant().onRefused(refusal);
            });
        }
    }

    /** One that was cancelled leaves. */
    void leave(Waiter<U> waiter) {
        checkOut(waiter);
        letIn();
    }

    void turnAllAway(Function<Waiter<U>, Refusal> why) {
        standInLineAgain();
        while (!line.isEmpty()) {
            Waiter<U> first = line.first();
            turnAway(first, why.apply(first));
        }
        letIn();
    }

    /** The time of all who wait is over. */
    void expireAll() {
        turnAllAway(explanation);
    }

    /**
     * Others take the traffic now.
     *
     * @param fresh whether one of them begins now, and wants to be treated gently
     */
    void membersChanged(Members<U> now, boolean fresh) {
        members = now;
        standInLineAgain();
        if (fresh && !line.isEmpty()) {
            startRelease();
        }
        letIn();
    }

    /** The service took a stream that was released to it, or refused it: see {@link GentleRelease.Slot#free}. */
    void free(GentleRelease.Slot slot, boolean widen) {
        slot.free(widen);
        letIn();
    }

    private void letIn() {
        while (!line.isEmpty() && !members.isEmpty() && hasRoom()) {
            Waiter<U> first = line.first();
            Generation<U> generation = members.pick(first.refusers());
            if (generation == null) {
                line.remove(first);
                aside.add(first);
            } else {
                checkOut(first);
                if (first.tryAnswer()) {
                    grant(first, generation);
                }
            }
        }
        if (line.isEmpty() || members.isEmpty()) {
            endRelease();
        }
        onChange.run();
    }

    private void grant(Waiter<U> waiter, Generation<U> generation) {
        long now = context.now();
        GentleRelease.Slot slot = release == null ? null : release.take(now);
        InFlight<U> grant = generation.tryGrant(waiter.arrivalNanos(), waiter.refusers(), slot);
        if (grant == null) {
            throw new IllegalStateException("generation " + generation.number() + " is a member and does not accept");
        }
        if (waiter.hasWaited()) {
            long waited = now - waiter.arrivalNanos();
            context.outbox()
                    .add(() -> context.events()
                            .released(context.name(), generation.upstream().sessionId(), waited));
        }
        context.outbox().add(() -> waiter.applicant().onGranted(grant));
    }

    private void timeIsOver(Waiter<U> waiter) {
        turnAway(waiter, explanation.apply(waiter));
        letIn();
    }

    private void standInLineAgain() {
        line.addAll(aside);
        aside.clear();
    }

    private void checkOut(Waiter<U> waiter) {
        if (!waiter.isCheckedOut()) {
            waiter.checkOut();
            line.remove(waiter);
            aside.remove(waiter);
            giveBackPlace();
        }
    }

    // --- the pace

    private void startRelease() {
        endRelease();
        release = new GentleRelease(
                context.settings().releaseSlots(), context.settings().releasePatience());
    }

    private void endRelease() {
        release = null;
        stopPatience();
    }

    private void stopPatience() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    private boolean hasRoom() {
        if (release == null || release.hasRoom()) {
            return true;
        }
        if (patience == null) {
            Duration wait = Duration.ofNanos(release.nanosToNextTimeout(context.now()));
            patience = context.timeline().schedule(wait, context.turn(this::patienceIsOver));
        }
        return false;
    }

    private void patienceIsOver() {
        patience = null;
        release.freeOverdue(context.now());
        letIn();
    }
}
