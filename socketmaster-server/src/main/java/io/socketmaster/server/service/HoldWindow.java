package io.socketmaster.server.service;

import java.time.Duration;

/**
 * Whether a service can be reached ({@link Availability}), and for how long it is waited for while it cannot (contract
 * section 3). Registry thread; the caller flushes the outbox.
 *
 * <p>Each applicant waits up to the hold of the generation that took traffic last, from its own arrival; all no longer than
 * until that hold has passed since the service left. At that moment the service expires, unless a session is registered
 * that has not said {@code ready} yet: the route then stays as long as that session does, and only each one's own limit
 * counts.
 *
 * @param <U> the kind of session
 */
final class HoldWindow<U extends Upstream> {
    private final ServiceContext context;
    private final Roster<U> roster;
    private final WaitingRoom<U> room;
    private final Runnable onExpired;

    private Availability availability;
    private Duration hold = Duration.ZERO;
    /** The end of the awaited return; {@code null} unless absent. */
    private Timeline.Timer end;

    /** @param onExpired run when nobody came back in time, and all who waited were turned away */
    HoldWindow(ServiceContext context, Roster<U> roster, WaitingRoom<U> room, Runnable onExpired) {
        this.context = context;
        this.roster = roster;
        this.room = room;
        this.onExpired = onExpired;
        this.availability = new Availability.Unclaimed(context.now());
    }

    Availability availability() {
        context.assertInTimeline();
        return availability;
    }

    /** How long one waits for the service, from its arrival. */
    Duration hold() {
        context.assertInTimeline();
        return hold;
    }

    /** A session has registered. */
    void claim(Generation<U> newcomer) {
        if (availability instanceof Availability.Unclaimed unclaimed) {
            hold = newcomer.hold();
            availability = unclaimed.toAwaitingReady(context.now());
        }
    }

    /** Somebody takes the traffic, {@code newest} after all others. */
    void serve(Generation<U> newest) {
        hold = newest.hold();
        if (availability instanceof Availability.AwaitingReady awaiting) {
            availability = awaiting.toServing(context.now());
        } else if (availability instanceof Availability.Absent absent) {
            cancelEnd();
            availability = absent.toServing(context.now());
        } else {
            return;
        }
        int held = room.held();
        context.outbox().add(() -> context.events().serviceServing(context.name(), held));
    }

    /** Nobody takes the traffic, since {@code leaver} does not, because {@code cause}. */
    void awaitReturn(Generation<U> leaver, String cause) {
        long now = context.now();
        if (availability instanceof Availability.Serving serving) {
            Duration window = leaver.hold();
            hold = window;
            availability = serving.toAbsent(now, window.toNanos(), cause);
            context.outbox().add(() -> context.events().serviceAbsent(context.name(), window, cause));
            if (window.isZero()) {
                onEnd();
            } else {
                end = context.timeline().schedule(window, context.turn(this::onEnd));
            }
        } else if (availability instanceof Availability.AwaitingReady awaiting && !roster.anyLive()) {
            expire(awaiting.toUnclaimed(now));
        }
    }

    /** Nobody is waited for any more, because {@code reason}; who waits is for the caller to turn away. */
    void close(String reason) {
        cancelEnd();
        availability = availability.toClosed(context.now(), reason);
    }

    private void onEnd() {
        end = null;
        if (availability instanceof Availability.Absent absent) {
            if (roster.anyLive()) {
                availability = absent.toAwaitingReady();
            } else {
                expire(absent.toUnclaimed(context.now()));
            }
        }
    }

    /** Who waits is turned away first: what it is told is why the service was waited for. */
    private void expire(Availability.Unclaimed unclaimed) {
        room.expireAll();
        availability = unclaimed;
        onExpired.run();
    }

    private void cancelEnd() {
        if (end != null) {
            end.cancel();
            end = null;
        }
    }
}
