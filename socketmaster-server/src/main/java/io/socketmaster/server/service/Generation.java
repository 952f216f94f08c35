package io.socketmaster.server.service;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.server.service.GenerationState.DrainCause;
import io.socketmaster.server.service.GenerationState.Draining;
import io.socketmaster.server.service.GenerationState.Gone;
import io.socketmaster.server.service.GenerationState.Live;
import io.socketmaster.server.service.GenerationState.Ready;
import io.socketmaster.server.service.GenerationState.Standby;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One registration of a service: a session, its state ({@link GenerationState}) and what is in flight on it. Born in standby;
 * whoever runs the session tells what becomes of it by {@link #ready}, {@link #drain} and {@link #gone}.
 *
 * <p>The state and the timers belong to the registry thread. The {@link Gate} and the count of long-lived streams are for
 * any thread.
 *
 * @param <U> the kind of session
 */
public final class Generation<U extends Upstream> {
    private final Service<U> service;
    private final ServiceContext context;
    private final int number;
    private final U upstream;
    /** Written on the registry thread, read on any. */
    private volatile RegistrationOptions options;

    // Any thread.
    private final Gate gate = new Gate();
    private final Gate.Exit exit = this::settleEmptyLater;
    private final AtomicInteger longLived = new AtomicInteger();

    private final AtomicInteger turn = new AtomicInteger();

    // Registry thread.
    private GenerationState state;
    /** The next drain deadline; {@code null} while not draining. */
    private Timeline.Timer deadline;
    /** The end of the time in which this one can be taken back; {@code null} unless replaced. */
    private Timeline.Timer rollbackEnd;

    Generation(Service<U> service, ServiceContext context, int number, U upstream, RegistrationOptions options) {
        this.service = service;
        this.context = context;
        this.number = number;
        this.upstream = upstream;
        this.options = options;
        this.state = new Standby(context.now(), /* willing= */ false);
    }

    /** Counts from 1 within its service, for as long as the daemon knows the service. */
    public int number() {
        return number;
    }

    public U upstream() {
        return upstream;
    }

    public RegistrationOptions options() {
        return options;
    }

    /** Requests and connections that were handed to the session and have not ended. Any thread. */
    public int inFlight() {
        return gate.inside();
    }

    /** Registry thread. */
    public GenerationState state() {
        context.assertInTimeline();
        return state;
    }

    /**
     * The service takes traffic from now on: when this returns, the swap is done. The caller says so right after it answered the
     * registration, unless that asked for {@code ready: false}; then at the {@code ready} message. Under a policy that
     * lets others go first it waits for its time. Nothing happens when it is said again, or too late. Registry thread.
     */
    public void ready() {
        context.assertInTimeline();
        if (state instanceof Standby standby && !standby.willing()) {
            become(standby.toWilling());
            service.rearrange(this, "generation " + number + " is ready");
        }
        context.outbox().flush();
    }

    /**
     * The service takes nothing new until it says {@link #ready()} again; what is in flight goes on. Nothing happens when it
     * is replaced or leaving. Registry thread.
     *
     * @param unlessLast not if nobody else would take the traffic then
     */
    public void standBy(boolean unlessLast) {
        context.assertInTimeline();
        if (state instanceof Standby standby) {
            become(standby.toUnwilling());
        } else if (state instanceof Ready ready && !(unlessLast && service.wouldBeAbsentWithout(this))) {
            turn.incrementAndGet();
            become(ready.toStandby(context.now(), /* willing= */ false));
            int left = inFlight();
            context.outbox().add(() -> context.events().generationStandsBy(context.name(), number, sessionId(), left));
            service.rearrange(this, sessionId() + " stands by");
        }
        context.outbox().flush();
    }

    /**
     * The service wants nothing new and finishes what it has; {@link Upstream#onDrained()} follows when the last has ended,
     * or the session is closed at the deadline. Registry thread; any number of times.
     *
     * @param reason for people
     */
    public void drain(String reason) {
        context.assertInTimeline();
        leaveForGood(DrainCause.ASKED, reason, Optional.empty());
        context.outbox().flush();
    }

    /**
     * An operator or the daemon wants the service to leave: it is told ({@link Upstream#onDrainRequested}) and drains as with
     * {@link #drain}. Registry thread; any number of times.
     */
    public void requestDrain(String reason) {
        requestDrain(reason, Optional.empty());
    }

    /**
     * The same with a deadline of the operator's own, for everything that is in flight, upgraded and TCP connections
     * included. Registry thread; any number of times.
     *
     * @param within cut to {@link ServiceSettings#maxDrain}; empty: the deadlines that the registration asked for
     * @return false if this changes nothing, because it is leaving for good already or gone
     */
    public boolean requestDrain(String reason, Optional<Duration> within) {
        context.assertInTimeline();
        boolean changes = leaveForGood(DrainCause.REQUESTED, reason, within.map(context.settings()::allowedDrain));
        context.outbox().flush();
        return changes;
    }

    /**
     * The service changes what it said of itself. Registry thread.
     *
     * @param changed the same options but for weight and metadata
     */
    public void update(RegistrationOptions changed) {
        context.assertInTimeline();
        options = changed;
        service.weightsChanged();
        context.outbox().add(() -> context.events().generationUpdated(context.name(), number, sessionId()));
        context.outbox().flush();
    }

    /** The session is over, because {@code cause}. Registry thread; any number of times. */
    public void gone(String cause) {
        context.assertInTimeline();
        end(cause);
        context.outbox().flush();
    }

    // --- any thread

    Service<U> service() {
        return service;
    }

    /** @return {@code null} if nothing new may come in (any more) */
    InFlight<U> tryGrant(long arrivalNanos, Refusers<U> refusers, GentleRelease.Slot slot) {
        // Before the gate: a turn that ends meanwhile is the older one, and one that refuses in it may be asked again.
        int now = turn.get();
        if (!gate.tryEnter(exit)) {
            return null;
        }
        if (refusers != null) {
            service.countReplay();
        }
        return new InFlight<>(this, now, arrivalNanos, refusers, slot);
    }

    /** How often the service has asked to stand by. */
    int turn() {
        return turn.get();
    }

    void becameLongLived() {
        longLived.incrementAndGet();
    }

    void leave(boolean wasLongLived) {
        if (wasLongLived) {
            longLived.decrementAndGet();
        }
        gate.leave(exit);
    }

    private void settleEmptyLater() {
        context.later(this::settleEmpty);
    }

    // --- registry thread; the caller flushes the outbox

    boolean isReady() {
        return state instanceof Ready;
    }

    /** Whether it is not on its way out: it takes traffic, or may yet. Registry thread. */
    public boolean isLive() {
        return state instanceof Live;
    }

    /** Takes traffic, or would if it were its turn. */
    boolean isWilling() {
        return isReady() || (state instanceof Standby standby && standby.willing());
    }

    /** Whether this is a drain that has nothing more to wait for, or is over as a whole. */
    boolean isDone() {
        return state instanceof Gone || (state instanceof Draining draining && draining.told());
    }

    boolean mayBeTakenBack() {
        return state instanceof Draining draining
                && draining.mayBeTakenBack(context.now(), context.settings().rollback());
    }

    int replacedBy() {
        return state instanceof Draining draining ? draining.replacedBy() : 0;
    }

    Duration hold() {
        return context.settings().allowedHold(options.hold());
    }

    int longLivedInFlight() {
        // A stream that ends while it is being marked can make this negative for a moment.
        return Math.max(0, longLived.get());
    }

    /** Takes traffic from now on: for the first time, as a backup, or taken back. */
    void promote() {
        if (state instanceof Standby standby) {
            become(standby.toReady(context.now()));
            context.outbox().add(() -> context.events().generationReady(context.name(), number, sessionId()));
        } else if (state instanceof Draining draining) {
            cancelTimers();
            become(draining.toReady(context.now()));
            context.outbox().add(() -> {
                context.events().generationTakenBack(context.name(), number, sessionId());
                upstream.onTakenBack();
            });
        } else {
            throw new IllegalStateException("generation " + number + " cannot become ready: " + state);
        }
    }

    /** A backup goes back to waiting; what is in flight on it goes on. */
    void stepBack() {
        if (state instanceof Ready ready) {
            become(ready.toStandby(context.now(), /* willing= */ true));
        }
    }

    void replacedBy(Generation<U> successor) {
        if (state instanceof Live live) {
            String reason = "replaced by generation " + successor.number;
            startDraining(live, DrainCause.REPLACED, successor.number, reason, Optional.empty());
            rollbackEnd = schedule(context.settings().rollback(), this::settleDrain);
            context.outbox().add(() -> {
                context.events().generationSwapped(context.name(), number, successor.number);
                upstream.onReplaced(drainTime());
            });
        }
    }

    /** For a cause from which nobody takes it back; false if it is leaving for good already. */
    private boolean leaveForGood(DrainCause cause, String reason, Optional<Duration> within) {
        if (state instanceof Live live) {
            startDraining(live, cause, /* replacedBy= */ 0, reason, within);
            tellIfRequested(cause, within.orElseGet(this::drainTime));
            service.rearrange(this, sessionId() + " is draining: " + reason);
            settleDrain();
            return true;
        }
        if (state instanceof Draining replaced && replaced.isReplaced()) {
            Draining draining = replaced.toLeaving(cause);
            if (within.isPresent()) {
                draining = draining.endingBy(context.now() + within.get().toNanos());
                deadline.cancel();
                deadline = schedule(within.get(), this::onRequestDeadline);
            }
            become(draining);
            long left = Math.max(0, draining.requestDeadlineNanos() - context.now());
            tellIfRequested(cause, Duration.ofNanos(left));
            settleDrain();
            return true;
        }
        return false;
    }

    private void tellIfRequested(DrainCause cause, Duration deadlineIn) {
        if (cause == DrainCause.REQUESTED) {
            context.outbox().add(() -> upstream.onDrainRequested(deadlineIn));
        }
    }

    private void startDraining(Live live, DrainCause cause, int replacedBy, String reason, Optional<Duration> within) {
        Duration drain = within.orElseGet(this::drainTime);
        become(live.toDraining(
                context.now(),
                cause,
                replacedBy,
                drain,
                within.orElse(context.settings().longLivedDrain())));
        deadline = schedule(drain, this::onRequestDeadline);
        int left = inFlight();
        context.outbox()
                .add(() ->
                        context.events().generationDraining(context.name(), number, sessionId(), reason, left, drain));
    }

    private void settleEmpty() {
        settleDrain();
        service.onGenerationEmpty(this);
    }

    /** Tells the service once that it is drained, when that is so and will stay so. */
    private void settleDrain() {
        if (!(state instanceof Draining draining)
                || inFlight() > 0
                || draining.mayBeTakenBack(context.now(), context.settings().rollback())) {
            return;
        }
        if (!draining.told()) {
            become(draining.toTold());
            context.outbox().add(() -> {
                context.events().generationDrained(context.name(), number, sessionId());
                upstream.onDrained();
            });
            service.onGenerationDone();
        }
        if (context.now() - draining.requestDeadlineNanos() >= 0) {
            close("everything has ended and the drain deadline of requests, " + Refusals.seconds(draining.requestTime())
                    + ", has passed");
        }
    }

    private void onRequestDeadline() {
        if (!(state instanceof Draining draining)) {
            return;
        }
        int streams = longLivedInFlight();
        int all = inFlight();
        long longLivedLeft = draining.longLivedDeadlineNanos() - context.now();
        if (streams == 0 || longLivedLeft <= 0) {
            close("drain deadline of " + Refusals.seconds(draining.requestTime()) + " passed with " + all
                    + " in flight");
            return;
        }
        deadline = schedule(Duration.ofNanos(longLivedLeft), this::onLongLivedDeadline);
        if (all > streams) {
            String reason = "drain deadline of " + Refusals.seconds(draining.requestTime()) + " passed with "
                    + (all - streams) + " requests in flight";
            context.outbox().add(() -> upstream.onRequestsOverdue(reason));
        }
    }

    private void onLongLivedDeadline() {
        close("drain deadline of " + Refusals.seconds(context.settings().longLivedDrain())
                + " for upgraded and TCP connections passed with " + inFlight() + " in flight");
    }

    /** Ends the session from this side; its own report that it is over changes nothing any more. */
    void close(String reason) {
        if (!(state instanceof Gone)) {
            context.outbox().add(() -> upstream.close(reason));
            end(reason);
        }
    }

    private void end(String cause) {
        if (state instanceof Gone) {
            return;
        }
        cancelTimers();
        become(new Gone(context.now(), cause));
        int left = inFlight();
        context.outbox().add(() -> context.events().generationGone(context.name(), number, sessionId(), cause, left));
        service.onGone(this, sessionId() + " is gone: " + cause);
    }

    private void become(GenerationState next) {
        state = next;
        settleGate();
    }

    /** The gate follows the state and the pause: what is paused counts nothing in, so that idle stays idle. */
    void settleGate() {
        gate.setOpen(isReady() && !service.isPaused());
    }

    /** Whether the service is told when nothing is in flight although more may come. */
    void setWatched(boolean watched) {
        gate.setWatched(watched);
    }

    private Timeline.Timer schedule(Duration delay, Runnable change) {
        return context.timeline().schedule(delay, context.turn(change));
    }

    private void cancelTimers() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
        if (rollbackEnd != null) {
            rollbackEnd.cancel();
            rollbackEnd = null;
        }
    }

    private Duration drainTime() {
        return context.settings().allowedDrain(options.drain());
    }

    private String sessionId() {
        return upstream.sessionId();
    }
}
