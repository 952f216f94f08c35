package io.socketmaster.server.service;

/**
 * Where applicants come in, on any thread. They see one immutable value, the {@link Door}: while it is open they are granted
 * on the spot, without the registry thread; otherwise they go and queue there. The door is open only while nobody waits,
 * so that newcomers never overtake.
 *
 * @param <U> the kind of session
 */
final class Entrance<U extends Upstream> {
    private final ServiceContext context;
    private final HoldBudget budget;
    private final WaitingRoom<U> room;
    private final HoldWindow<U> window;

    /** Written on the registry thread, read on any. */
    private volatile Door<U> door;

    Entrance(ServiceContext context, HoldBudget budget, WaitingRoom<U> room, HoldWindow<U> window) {
        this.context = context;
        this.budget = budget;
        this.room = room;
        this.window = window;
        this.door = new Door.Shut<>(Refusals.unclaimed(context));
    }

    /**
     * Answers a newcomer, or lets it queue. Any thread.
     *
     * @return the way to leave the queue
     */
    Admission admit(Applicant<U> applicant, long arrivalNanos) {
        Door<U> seen = door;
        if (seen instanceof Door.Rejecting<U> rejecting) {
            return refuse(applicant, Refusals.paused(context, rejecting.pause()));
        }
        return enter(seen, applicant, arrivalNanos, /* refusers= */ null, /* avoided= */ null);
    }

    /**
     * The same for one that was in flight before, which no pause rejects.
     *
     * @param refusers to whom it does not go
     */
    Admission admitAgain(Applicant<U> applicant, long arrivalNanos, Refusers<U> refusers) {
        return enter(door, applicant, arrivalNanos, refusers, refusers);
    }

    /**
     * The same for one that may go to any but {@code refusers}, and had better go to none of {@code avoided} either.
     *
     * @param refusers {@code null} for none
     */
    Admission admitElsewhere(Applicant<U> applicant, long arrivalNanos, Refusers<U> refusers, Refusers<U> avoided) {
        return enter(door, applicant, arrivalNanos, refusers, avoided);
    }

    private Admission enter(
            Door<U> seen, Applicant<U> applicant, long arrivalNanos, Refusers<U> refusers, Refusers<U> avoided) {
        if (seen instanceof Door.Open<U> open) {
            InFlight<U> grant = tryGrant(open, arrivalNanos, avoided);
            if (grant == null && refusers != avoided) {
                grant = tryGrant(open, arrivalNanos, refusers);
            }
            if (grant != null) {
                applicant.onGranted(grant);
                return grant;
            }
        } else if (seen instanceof Door.Shut<U> shut) {
            return refuse(applicant, shut.refusal());
        }
        if (!room.tryReserve()) {
            return refuse(applicant, Refusals.noRoom(context, budget));
        }
        Waiter<U> waiter = new Waiter<>(applicant, arrivalNanos, refusers, this::cancelled);
        if (!context.later(() -> arrive(waiter))) {
            room.giveBackPlace();
            return refuse(applicant, Refusals.gone(context, "the daemon has stopped"));
        }
        return waiter;
    }

    private InFlight<U> tryGrant(Door.Open<U> open, long arrivalNanos, Refusers<U> refusers) {
        Generation<U> generation = open.members().pick(refusers);
        return generation == null ? null : generation.tryGrant(arrivalNanos, refusers, /* slot= */ null);
    }

    /** What applicants see from now on. Registry thread. */
    void publish(Door<U> next) {
        context.assertInTimeline();
        if (!next.equals(door)) {
            door = next;
        }
    }

    private Admission refuse(Applicant<U> applicant, Refusal refusal) {
        context.events().refused(context.name(), refusal.reason().name(), refusal.sentence());
        applicant.onRefused(refusal);
        return Admission.ANSWERED;
    }

    private void arrive(Waiter<U> waiter) {
        if (door instanceof Door.Shut<U> shut) {
            room.turnAway(waiter, shut.refusal());
        } else {
            room.arrive(waiter, window.hold());
        }
    }

    private void cancelled(Waiter<U> waiter) {
        context.later(() -> room.leave(waiter));
    }
}
