package io.socketmaster.server.service;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.service.ServiceStatus.GenerationStatus;
import io.socketmaster.server.service.ServiceStatus.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One route's service: who is registered for it, who of them takes the next request, and who waits while none can (contract
 * sections 3 and 4).
 *
 * <p>{@link #admit} and {@link #admitAgain} may be called from any thread. They read one immutable value, the {@link Door}:
 * while it is open they grant on the spot, without the registry thread; otherwise they go and queue there. The door
 * is open only while nobody waits, so that newcomers never overtake.
 *
 * <p>Everything else runs on the registry thread, which owns all fields but the door. Decisions are taken elsewhere ({@link
 * Succession} who takes traffic, {@link WaitingRoom} who waits, {@link Generation} how one drains); this class applies
 * them as one change and then publishes the door.
 *
 * <p>How long who waits: each up to the hold of the generation that left last, from its own arrival; all no longer than until
 * that hold has passed since the service left. At that moment the service expires, unless a session is registered
 * that has not said {@code ready} yet: the route then stays as long as that session does, and only each one's own limit
 * counts.
 *
 * @param <U> the kind of session
 */
public final class Service<U extends Upstream> {
    private final ServiceContext context;
    private final HoldBudget budget;
    private final ServiceLifecycle<U> lifecycle;
    private final WaitingRoom<U> room;

    /** Written on the registry thread, read on any. */
    private volatile Door<U> door;

    /** Those that are not gone, in order of number. */
    private final List<Generation<U>> generations = new ArrayList<>();

    /** Those that are gone, and have left work behind that has not ended. Bounded by what is in flight. */
    private final List<Generation<U>> leftBehind = new ArrayList<>();

    /** Any thread. */
    private final LongAdder replayed = new LongAdder();

    private final CompletableFuture<Void> allDone = new CompletableFuture<>();
    private final IdleWatchers<U> idleWatchers = new IdleWatchers<>();
    private final PauseSwitch ownPause;
    private Optional<Pause> pauseOfAll = Optional.empty();
    private Members<U> members = Members.none();
    private Availability availability;
    private String owner = "";
    private int lastNumber;
    /** How long one waits for this service, from its arrival: what the generation asked for that took traffic last. */
    private Duration hold = Duration.ZERO;
    /** The end of the awaited return; {@code null} unless absent. */
    private Timeline.Timer windowEnd;

    /** @param budget shared by all services of a daemon */
    public Service(
            String name,
            Timeline timeline,
            ServiceSettings settings,
            HoldBudget budget,
            DaemonEvents events,
            ServiceLifecycle<U> lifecycle) {
        this.context = new ServiceContext(name, timeline, settings, events);
        this.budget = budget;
        this.lifecycle = lifecycle;
        this.availability = new Availability.Unclaimed(timeline.nanoTime());
        this.door = new Door.Shut<>(Refusals.unclaimed(context));
        this.room = new WaitingRoom<>(context, budget, this::waitedInVain, this::publishDoor);
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
        return admit(applicant, context.now(), /* refusers= */ null);
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
        if (!(refused instanceof InFlight<U> before) || before.generation().service() != this) {
            throw new IllegalArgumentException("not a grant of service " + name() + ": " + refused);
        }
        before.refused();
        return admit(applicant, before.arrivalNanos(), before.refusersWithThis());
    }

    private Admission admit(Applicant<U> applicant, long arrivalNanos, Refusers<U> refusers) {
        Door<U> seen = door;
        if (seen instanceof Door.Open<U> open) {
            Generation<U> generation = open.members().pick(refusers);
            InFlight<U> grant =
                    generation == null ? null : generation.tryGrant(arrivalNanos, refusers, /* slot= */ null);
            if (grant != null) {
                applicant.onGranted(grant);
                return grant;
            }
        } else if (seen instanceof Door.Shut<U> shut) {
            return refuse(applicant, shut.refusal());
        } else if (seen instanceof Door.Rejecting<U> rejecting && refusers == null) {
            return refuse(applicant, Refusals.paused(context, rejecting.pause()));
        }
        if (!room.tryReserve()) {
            return refuse(applicant, Refusals.noRoom(context, budget));
        }
        Waiter<U> waiter = new Waiter<>(applicant, arrivalNanos, refusers, this::cancelled);
        if (!later(() -> arrive(waiter))) {
            room.giveBackPlace();
            return refuse(applicant, Refusals.gone(context, "the daemon has stopped"));
        }
        return waiter;
    }

    /** One that a session had failed was handed to another one. */
    void countReplay() {
        replayed.increment();
    }

    private Admission refuse(Applicant<U> applicant, Refusal refusal) {
        context.events().refused(name(), refusal.reason().name(), refusal.sentence());
        applicant.onRefused(refusal);
        return Admission.ANSWERED;
    }

    private void cancelled(Waiter<U> waiter) {
        later(() -> room.leave(waiter));
    }

    void freeLater(GentleRelease.Slot slot, boolean widen) {
        later(() -> room.free(slot, widen));
    }

    /** Makes a change on the registry thread; false if that has stopped, and with it everything that waited there. */
    boolean later(Runnable change) {
        try {
            context.timeline().execute(context.turn(change));
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
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
        List<Generation<U>> ghosts = ghostsOf(options.instance());
        refuseIfTaken(options, owner, ghosts);
        Generation<U> newcomer = new Generation<>(this, context, ++lastNumber, upstream, options);
        if (availability instanceof Availability.Unclaimed unclaimed) {
            this.owner = owner;
            hold = newcomer.hold();
            availability = unclaimed.toAwaitingReady(context.now());
        }
        newcomer.setWatched(!idleWatchers.isEmpty());
        generations.add(newcomer);
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
        if (!(availability instanceof Availability.Closed)) {
            stopWindow();
            ownPause.turnOff();
            availability = availability.toClosed(context.now(), reason);
            room.turnAllAway(waiter -> Refusals.gone(context, reason));
            List.copyOf(generations).forEach(generation -> generation.requestDrain(reason));
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
        context.assertInTimeline();
        Runnable forget = idleWatchers.add(counted, onIdle);
        watchGates(true);
        settleIdle();
        context.outbox().flush();
        return () -> {
            forget.run();
            if (idleWatchers.isEmpty()) {
                watchGates(false);
            }
        };
    }

    /** Whether nobody is registered and nobody is awaited. Registry thread. */
    public boolean isUnclaimed() {
        context.assertInTimeline();
        return availability instanceof Availability.Unclaimed;
    }

    /** The generations that are not gone, in order of number. Registry thread. */
    public List<Generation<U>> generations() {
        context.assertInTimeline();
        return List.copyOf(generations);
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
        context.assertInTimeline();
        return Stream.concat(generations.stream(), leftBehind.stream())
                .filter(generation -> counted.test(generation.upstream()))
                .mapToInt(Generation::inFlight)
                .sum();
    }

    /** The service as people see it. Registry thread. */
    public ServiceStatus status() {
        context.assertInTimeline();
        long now = context.now();
        Phase phase = Phase.SERVING;
        String cause = "";
        Optional<Duration> expiresIn = Optional.empty();
        if (availability instanceof Availability.Absent absent) {
            phase = Phase.ABSENT;
            cause = absent.cause();
            expiresIn = Optional.of(Duration.ofNanos(Math.max(0, absent.untilNanos() - now)));
        } else if (availability instanceof Availability.Closed closed) {
            phase = Phase.CLOSED;
            cause = closed.reason();
        } else if (availability instanceof Availability.Unclaimed) {
            phase = Phase.UNCLAIMED;
        } else if (availability instanceof Availability.AwaitingReady) {
            phase = Phase.AWAITING_READY;
        }
        List<GenerationStatus> each = generations.stream()
                .map(generation -> describe(generation, now))
                .toList();
        Duration since = Duration.ofNanos(now - availability.sinceNanos());
        return new ServiceStatus(
                name(),
                owner,
                phase,
                since,
                cause,
                expiresIn,
                pauseStatus(now),
                held(),
                inFlight(),
                replayed.sum(),
                each);
    }

    private Optional<PauseStatus> pauseStatus(long now) {
        return pauseInForce().map(pause -> pause.status(now));
    }

    private GenerationStatus describe(Generation<U> generation, long now) {
        GenerationState state = generation.state();
        return new GenerationStatus(
                generation.number(),
                generation.upstream().sessionId(),
                generation.upstream().peer(),
                generation.upstream().client(),
                state.word(),
                Duration.ofNanos(now - state.sinceNanos()),
                generation.options().policy(),
                generation.options().weight(),
                generation.options().metadata(),
                generation.inFlight(),
                generation.longLivedInFlight());
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
        Succession<U> next = Succession.of(generations);
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
        settleAvailability(changed, cause);
        room.membersChanged(takers(), fresh);
        for (Generation<U> old : next.replaced()) {
            old.replacedBy(next.takers().get(0));
        }
        next.steppingBack().forEach(Generation::stepBack);
    }

    /** Whether nobody would take the traffic if {@code generation} did not. */
    boolean wouldBeAbsentWithout(Generation<U> generation) {
        List<Generation<U>> others = new ArrayList<>(generations);
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
        generations.forEach(Generation::settleGate);
        if (before == now) {
            publishDoor();
            return;
        }
        room.membersChanged(takers(), /* fresh= */ !now);
        for (Generation<U> generation : generations) {
            U session = generation.upstream();
            context.outbox().add(now ? session::onPaused : session::onResumed);
        }
    }

    void onGenerationEmpty(Generation<U> generation) {
        if (generation.inFlight() == 0 && leftBehind.remove(generation)) {
            forgetIfEmpty();
        }
        settleIdle();
    }

    private void settleIdle() {
        if (idleWatchers.isEmpty()) {
            return;
        }
        idleWatchers.takeIdle(counted -> inFlight(counted) == 0).forEach(context.outbox()::add);
        if (idleWatchers.isEmpty()) {
            watchGates(false);
        }
    }

    private void watchGates(boolean watched) {
        generations.forEach(generation -> generation.setWatched(watched));
        leftBehind.forEach(generation -> generation.setWatched(watched));
    }

    void onGone(Generation<U> generation, String cause) {
        generations.remove(generation);
        if (generation.inFlight() > 0) {
            leftBehind.add(generation);
        }
        boolean wasOver = isOver();
        rearrange(generation, cause);
        onGenerationDone();
        if (wasOver) { // otherwise the expiry says it, if this was one
            forgetIfEmpty();
        }
    }

    /** A generation has drained or is gone. */
    void onGenerationDone() {
        if (availability instanceof Availability.Closed && generations.stream().allMatch(Generation::isDone)) {
            context.outbox().add(() -> allDone.complete(null));
        }
    }

    private void arrive(Waiter<U> waiter) {
        if (door instanceof Door.Shut<U> shut) {
            room.turnAway(waiter, shut.refusal());
        } else {
            room.arrive(waiter, hold);
        }
    }

    private void settleAvailability(Generation<U> changed, String cause) {
        long now = context.now();
        if (!members.isEmpty()) {
            hold = members.all().get(members.all().size() - 1).hold();
            serve(now);
        } else if (availability instanceof Availability.Serving serving) {
            hold = changed.hold();
            availability = serving.toAbsent(now, hold.toNanos(), cause);
            context.outbox().add(() -> context.events().serviceAbsent(name(), hold, cause));
            if (hold.isZero()) {
                onWindowEnd();
            } else {
                windowEnd = context.timeline().schedule(hold, context.turn(this::onWindowEnd));
            }
        } else if (availability instanceof Availability.AwaitingReady awaiting && !awaitsReady()) {
            expire(awaiting.toUnclaimed(now));
        }
    }

    private void serve(long now) {
        if (availability instanceof Availability.AwaitingReady awaiting) {
            availability = awaiting.toServing(now);
        } else if (availability instanceof Availability.Absent absent) {
            stopWindow();
            availability = absent.toServing(now);
        } else {
            return;
        }
        int held = room.held();
        context.outbox().add(() -> context.events().serviceServing(name(), held));
    }

    private void onWindowEnd() {
        windowEnd = null;
        if (availability instanceof Availability.Absent absent) {
            if (awaitsReady()) {
                availability = absent.toAwaitingReady();
            } else {
                expire(absent.toUnclaimed(context.now()));
            }
        }
    }

    private void expire(Availability.Unclaimed unclaimed) {
        room.turnAllAway(this::waitedInVain);
        availability = unclaimed;
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
        if (isOver() && generations.isEmpty() && leftBehind.isEmpty()) {
            context.outbox().add(() -> lifecycle.onEmpty(this));
        }
    }

    private boolean isOver() {
        return availability instanceof Availability.Unclaimed || availability instanceof Availability.Closed;
    }

    private void stopWindow() {
        if (windowEnd != null) {
            windowEnd.cancel();
            windowEnd = null;
        }
    }

    /** Whether a session is here that may yet say that it is ready. */
    private boolean awaitsReady() {
        return generations.stream().anyMatch(Generation::isLive);
    }

    private void publishDoor() {
        Door<U> next;
        if (availability instanceof Availability.Unclaimed) {
            next = new Door.Shut<>(Refusals.unclaimed(context));
        } else if (availability instanceof Availability.Closed closed) {
            next = new Door.Shut<>(Refusals.gone(context, closed.reason()));
        } else if (pauseInForce().isPresent() && pauseInForce().get().mode() == PauseMode.REJECT) {
            next = new Door.Rejecting<>(pauseInForce().get());
        } else if (!takers().isEmpty() && room.isClear()) {
            next = new Door.Open<>(members);
        } else {
            next = new Door.Queue<>();
        }
        if (!next.equals(door)) {
            door = next;
        }
    }

    private Refusal waitedInVain(Waiter<U> waiter) {
        return Refusals.waitedInVain(context, availability, pauseInForce(), context.now() - waiter.arrivalNanos());
    }

    private List<Generation<U>> ghostsOf(String instance) {
        if (instance.isEmpty()) {
            return List.of();
        }
        // One that drains blocks nobody, and may have been left running on purpose until it is idle.
        return generations.stream()
                .filter(each -> each.isLive() && each.options().instance().equals(instance))
                .toList();
    }

    private void refuseIfTaken(RegistrationOptions options, String asking, List<Generation<U>> ghosts)
            throws ProtocolException {
        if (availability instanceof Availability.Closed closed) {
            throw new ProtocolException(
                    ErrorCode.UNAVAILABLE, "service " + name() + " takes no registrations: " + closed.reason());
        }
        if (!(availability instanceof Availability.Unclaimed) && !owner.equals(asking)) {
            throw new ProtocolException(
                    ErrorCode.NAME_OWNED,
                    "the name " + name()
                            + " belongs to another owner; choose another name, or stop that service first");
        }
        for (Generation<U> other : generations) {
            boolean exclusive =
                    options.policy() == Policy.EXCLUSIVE || other.options().policy() == Policy.EXCLUSIVE;
            if (exclusive && other.isLive() && !ghosts.contains(other)) {
                throw new ProtocolException(
                        ErrorCode.NAME_OWNED,
                        "the name " + name() + " is held by session "
                                + other.upstream().sessionId()
                                + " under the policy exclusive; stop that one first, or register both with another policy");
            }
        }
        int limit = context.settings().generationsPerService();
        if (generations.size() >= limit) {
            throw new ProtocolException(
                    ErrorCode.LIMIT,
                    "service " + name() + " has " + limit + " sessions, as many as are allowed; let some of them end");
        }
    }
}
