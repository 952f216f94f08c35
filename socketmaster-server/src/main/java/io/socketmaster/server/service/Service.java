package io.socketmaster.server.service;

import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.service.ServiceStatus.GenerationStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * One route's service: who is registered for it, who of them takes the next request, and who waits while none can (contract
 * sections 3 and 4).
 *
 * <p>{@link #admit}, {@link #admitAgain} and {@link #admitElsewhere} may be called from any thread: they go through the {@link
 * Entrance}. Everything else runs on the registry thread, which owns all fields. Each part decides for itself, and owns what it needs for that:
 *
 * <ul>
 *   <li>the {@link Roster} has the generations, and knows what is in flight; a {@link Claim} says who may join them;
 *   <li>{@link Succession} says who of them takes the traffic, each {@link Generation} how it drains;
 *   <li>the {@link HoldWindow} knows whether the service can be reached, and how long it is waited for;
 *   <li>the {@link WaitingRoom} has those who wait, and lets them in.
 * </ul>
 *
 * <p>This class applies what they say as one change, and then publishes the {@link Door} that newcomers see.
 *
 * @param <U> the kind of session
 */
public final class Service<U extends Upstream> {
    private final ServiceContext context;
    private final ServiceLifecycle<U> lifecycle;
    private final Roster<U> roster;
    private final WaitingRoom<U> room;
    private final HoldWindow<U> window;
    private final Entrance<U> entrance;
    private final PauseSwitch ownPause;

    /** Any thread. */
    private final LongAdder replayed = new LongAdder();

    private final CompletableFuture<Void> allDone = new CompletableFuture<>();
    private Optional<Pause> pauseOfAll = Optional.empty();
    /** Who takes the traffic, but for a pause. */
    private Members<U> members = Members.none();

    private String owner = "";
    private int lastNumber;

    /** @param budget shared by all services of a daemon */
    public Service(
            String name,
            Timeline timeline,
            ServiceSettings settings,
            HoldBudget budget,
            DaemonEvents events,
            ServiceLifecycle<U> lifecycle) {
        this.context = new ServiceContext(name, timeline, settings, events);
        this.lifecycle = lifecycle;
        this.roster = new Roster<>(context);
        this.room = new WaitingRoom<>(context, budget, this::waitedInVain, this::publishDoor);
        this.window = new HoldWindow<>(context, roster, room, this::onExpired);
        this.entrance = new Entrance<>(context, budget, room, window);
        this.ownPause = new PauseSwitch(timeline, /* everywhere= */ false, context::turn, this::resumed);
    }

    public String name() {
        return context.name();
    }

    // --- any thread

    /**
     * Asks for a session for one request or connection. The applicant is answered before this returns if a session is there
     * or there is no room to wait, and otherwise on the registry thread. Any thread.
     *
     * @return the way to leave the queue
     */
    public Admission admit(Applicant<U> applicant) {
        return entrance.admit(applicant, context.now());
    }

    /**
     * Asks once more for work whose stream was refused before the service can have seen it, or may be sent again for another
     * reason (contract section 5): another session takes it, or it is held again, ahead of all who came after it, with
     * the deadline that it had. It goes to none of the sessions that refused it. Any thread.
     *
     * @param refused the grant of the attempt that failed, of this service; it is ended by this
     * @throws IllegalArgumentException if {@code refused} is not a grant of this service
     */
    public Admission admitAgain(Applicant<U> applicant, Grant<U> refused) {
        InFlight<U> before = own(refused);
        before.refused();
        return entrance.admitAgain(applicant, before.arrivalNanos(), before.refusersWithThis());
    }

    /**
     * Asks once more for work that a live session gave up, which may know why: another session takes it if one can now, else
     * the same one. It keeps its place in time, as with {@link #admitAgain}. Any thread.
     *
     * @param givenUp the grant of the attempt that failed, of this service; it is ended by this
     * @throws IllegalArgumentException if {@code givenUp} is not a grant of this service
     */
    public Admission admitElsewhere(Applicant<U> applicant, Grant<U> givenUp) {
        InFlight<U> before = own(givenUp);
        before.refused();
        return entrance.admitElsewhere(applicant, before.arrivalNanos(), before.refusers(), before.refusersWithThis());
    }

    private InFlight<U> own(Grant<U> grant) {
        if (!(grant instanceof InFlight<U> mine) || mine.generation().service() != this) {
            throw new IllegalArgumentException("not a grant of service " + name() + ": " + grant);
        }
        return mine;
    }

    /** One that a session had failed was handed to another one. */
    void countReplay() {
        replayed.increment();
    }

    /** A stream that was released gently was taken or refused. */
    void freeLater(GentleRelease.Slot slot, boolean widen) {
        context.later(() -> room.free(slot, widen));
    }

    // --- registry thread, for the outside

    /**
     * Registers a session as the service's next generation, in standby: it takes traffic when {@link Generation#ready()} is
     * called, so that the session can be answered first. A session of the same instance that is still there is a
     * ghost, and closed. Registry thread.
     *
     * @param options as asked for; {@code ready} is for the caller, see {@link Generation#ready()}
     * @param owner who asks
     * @throws ProtocolException {@code NAME_OWNED} if the name belongs to another owner or is held under {@code exclusive};
     *     {@code LIMIT} if too many are registered; {@code UNAVAILABLE} if the daemon is stopping. Nothing is changed then.
     */
    public Generation<U> register(U upstream, RegistrationOptions options, String owner) throws ProtocolException {
        context.assertInTimeline();
        Claim<U> claim = new Claim<>(options, owner, roster.present());
        claim.check(context, window.availability(), this.owner);
        List<Generation<U>> ghosts = claim.ghosts();
        Generation<U> newcomer = new Generation<>(this, context, ++lastNumber, upstream, options);
        this.owner = owner;
        window.claim(newcomer);
        roster.add(newcomer);
        context.outbox()
                .add(() -> context.events()
                        .registered(
                                name(),
                                newcomer.number(),
                                upstream.sessionId(),
                                options.policy().name()));
        if (isPaused()) {
            context.outbox().add(upstream::onPaused);
        }
        ghosts.forEach(ghost -> ghost.close("its instance has registered again, as generation " + newcomer.number()));
        publishDoor();
        context.outbox().flush();
        return newcomer;
    }

    /**
     * Ends the service: who waits is refused ({@code GONE}), as is who comes later; every session is asked to drain. Registry
     * thread; any number of times.
     *
     * @param reason for people
     * @return completed on the registry thread when every session has drained or is gone
     */
    public CompletionStage<Void> shutdown(String reason) {
        context.assertInTimeline();
        if (!isClosed()) {
            ownPause.turnOff();
            window.close(reason);
            room.turnAllAway(waiter -> Refusals.gone(context, reason));
            roster.present().forEach(generation -> generation.requestDrain(reason));
            onGenerationDone();
            forgetIfEmpty();
        }
        context.outbox().flush();
        return allDone.minimalCompletionStage();
    }

    /**
     * Keeps new work from the service; what is in flight goes on, and who waits already stays waiting. Lasts while the
     * service is away and after its return, in the place of the pause in force if there is one; it ends by {@link #resume},
     * when its time is over, or with the route. Registry thread.
     *
     * @return false if nobody is registered or awaited, so that there is nothing to pause
     */
    public boolean pause(PauseOrder order) {
        context.assertInTimeline();
        if (isOver()) {
            return false;
        }
        boolean before = isPaused();
        ownPause.turnOn(order);
        context.outbox().add(() -> context.events().paused(name(), order.mode().word(), order.ttl(), order.reason()));
        pauseChanged(before);
        context.outbox().flush();
        return true;
    }

    /**
     * Ends the service's own pause, and lets in who waits, gently; a pause of everything stays in force. Registry thread.
     *
     * @param cause for people
     * @return false if there was none
     */
    public boolean resume(String cause) {
        context.assertInTimeline();
        boolean changes = ownPause.turnOff();
        if (changes) {
            resumed(cause);
        }
        context.outbox().flush();
        return changes;
    }

    /** The service's own pause. Registry thread. */
    public Optional<PauseStatus> ownPause() {
        return ownPause.status();
    }

    /** A pause of everything began, changed or ended. The service's own pause goes before it. Registry thread. */
    public void setPauseOfAll(Optional<Pause> pause) {
        context.assertInTimeline();
        boolean before = isPaused();
        pauseOfAll = pause;
        pauseChanged(before);
        context.outbox().flush();
    }

    /**
     * Waits until nothing is in flight, what a session that is gone has left behind included. Who is held does not count.
     * Without a pause that is true for a moment only: more may be in flight when {@code onIdle} runs. Registry thread.
     *
     * @param onIdle run once on the registry thread; before this returns if nothing is in flight now
     * @return forgets the request; registry thread, any number of times
     */
    public Runnable whenIdle(Runnable onIdle) {
        return whenIdle(any -> true, onIdle);
    }

    /**
     * The same for the work of some of the sessions.
     *
     * @param counted whose work counts; asked again and again
     */
    public Runnable whenIdle(Predicate<U> counted, Runnable onIdle) {
        Runnable forget = roster.whenIdle(counted, onIdle);
        context.outbox().flush();
        return forget;
    }

    /** Whether nobody is registered and nobody is awaited. Registry thread. */
    public boolean isUnclaimed() {
        context.assertInTimeline();
        return window.availability() instanceof Availability.Unclaimed;
    }

    /** The generations that are not gone, in order of number. Registry thread. */
    public List<Generation<U>> generations() {
        return roster.present();
    }

    /** How many wait. Registry thread. */
    public int held() {
        context.assertInTimeline();
        return room.held();
    }

    /** How many requests and connections are in flight, on sessions that are gone too. Registry thread. */
    public int inFlight() {
        return inFlight(any -> true);
    }

    /** The same on some of the sessions. Registry thread. */
    public int inFlight(Predicate<U> counted) {
        return roster.inFlight(counted);
    }

    /** The service as people see it. Registry thread. */
    public ServiceStatus status() {
        context.assertInTimeline();
        long now = context.now();
        Availability availability = window.availability();
        return new ServiceStatus(
                name(),
                owner,
                availability.phase(),
                Duration.ofNanos(now - availability.sinceNanos()),
                availability.cause(),
                availability.expiresIn(now),
                pauseInForce().map(pause -> pause.status(now)),
                held(),
                inFlight(),
                replayed.sum(),
                roster.present().stream()
                        .map(generation -> GenerationStatus.of(generation, now))
                        .toList());
    }

    // --- registry thread, for the parts of the service; the caller flushes the outbox

    /**
     * Applies who ought to take the traffic now. The new ones take it before the old ones stop: a request that looks at this
     * moment finds one or the other.
     *
     * @param changed the generation whose change leads here
     * @param cause for people, should nobody be left
     */
    void rearrange(Generation<U> changed, String cause) {
        Succession<U> next = Succession.of(roster.present());
        boolean fresh = false;
        for (Generation<U> taker : next.takers()) {
            if (!taker.isReady()) {
                taker.promote();
                fresh = true;
            }
        }
        if (!next.takers().equals(members.all())) {
            members = new Members<>(next.takers());
        }
        if (members.isEmpty()) {
            window.awaitReturn(changed, cause);
        } else {
            window.serve(members.newest());
        }
        room.membersChanged(takers(), fresh);
        for (Generation<U> old : next.replaced()) {
            old.replacedBy(next.takers().get(0));
        }
        next.steppingBack().forEach(Generation::stepBack);
    }

    /** Whether nobody would take the traffic if {@code generation} did not. */
    boolean wouldBeAbsentWithout(Generation<U> generation) {
        List<Generation<U>> others = new ArrayList<>(roster.present());
        others.remove(generation);
        return Succession.of(others).takers().isEmpty();
    }

    /** Shares are as they are when they are taken; who has none at all is known beforehand. */
    void weightsChanged() {
        members = new Members<>(members.all());
        room.membersChanged(takers(), /* fresh= */ false);
    }

    /** Who may get work now. */
    private Members<U> takers() {
        return isPaused() ? Members.none() : members;
    }

    boolean isPaused() {
        return pauseInForce().isPresent();
    }

    private Optional<Pause> pauseInForce() {
        return ownPause.current().or(() -> pauseOfAll);
    }

    private void resumed(String cause) {
        context.outbox().add(() -> context.events().resumed(name(), cause));
        pauseChanged(/* before= */ true);
    }

    /** The gates open before anybody is let in, and close before anybody can find the service idle. */
    private void pauseChanged(boolean before) {
        boolean now = isPaused();
        List<Generation<U>> present = roster.present();
        present.forEach(Generation::settleGate);
        if (before == now) {
            publishDoor();
            return;
        }
        room.membersChanged(takers(), /* fresh= */ !now);
        for (Generation<U> generation : present) {
            U session = generation.upstream();
            context.outbox().add(now ? session::onPaused : session::onResumed);
        }
    }

    void onGenerationEmpty(Generation<U> generation) {
        if (roster.forget(generation)) {
            forgetIfEmpty();
        }
        roster.settleIdle();
    }

    void onGone(Generation<U> generation, String cause) {
        roster.remove(generation);
        boolean wasOver = isOver();
        rearrange(generation, cause);
        onGenerationDone();
        if (wasOver) { // otherwise the expiry says it, if this was one
            forgetIfEmpty();
        }
    }

    /** A generation has drained or is gone. */
    void onGenerationDone() {
        if (isClosed() && roster.allDone()) {
            context.outbox().add(() -> allDone.complete(null));
        }
    }

    private void onExpired() {
        if (ownPause.turnOff()) {
            resumed("the service did not come back");
        }
        publishDoor();
        context.outbox().add(() -> {
            context.events().serviceExpired(name());
            lifecycle.onExpired(this);
        });
        forgetIfEmpty();
    }

    private void forgetIfEmpty() {
        if (isOver() && roster.isEmpty()) {
            context.outbox().add(() -> lifecycle.onEmpty(this));
        }
    }

    private boolean isOver() {
        return window.availability().isOver();
    }

    private boolean isClosed() {
        return window.availability() instanceof Availability.Closed;
    }

    private void publishDoor() {
        entrance.publish(Door.of(context, window.availability(), pauseInForce(), takers(), room.isClear()));
    }

    private Refusal waitedInVain(Waiter<U> waiter) {
        long waited = context.now() - waiter.arrivalNanos();
        return Refusals.waitedInVain(context, window.availability(), pauseInForce(), waited);
    }
}
