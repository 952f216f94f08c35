package io.socketmaster.client.session;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * One registration of a service for as long as the service wants it: survives the loss of its session by attempts with a
 * {@link Backoff}, always as the same instance and on the port that was bound first, and leaves in good order. {@link Phase}
 * says where it stands.
 *
 * <p>Public methods are for any thread; fields belong to the loop.
 */
public final class Registration {
    /** Sessions that may be finishing what runs on them while the daemon asks for yet another one. */
    private static final int MAX_RETIRING = 16;

    private final RegistrationSettings settings;
    private final EventLoop loop;
    private final StreamAcceptor acceptor;
    private final RegistrationObserver observer;
    private final RegistrationLog log;
    private final DoubleSupplier random;
    private final CompletableFuture<Void> active = new CompletableFuture<>();

    private final Updates updates = new Updates();

    private Phase phase = Phase.STARTING;
    /** Whether a session has stood: whoever registered is told by an exception until then, and by the log from then on. */
    private boolean hasStood;

    private SocketDefinition definition;
    private RegistrationOptions options;

    private Session current;
    /** Sessions that get nothing new and finish what runs on them, beside or instead of the current one. */
    private final Set<Session> retiring = new LinkedHashSet<>();

    private SessionDialer dialer;
    private int attempts;
    private boolean everVersion2;
    private int likeOldDaemon;
    /** Whether the daemon was asked to let us stand by, and may have done so. */
    private boolean perhapsStandingBy;

    private ScheduledFuture<?> nextAttempt;
    /** When the registration cuts what still runs; null while it does not leave, or the daemon keeps the deadline. */
    private ScheduledFuture<?> deadline;

    private Optional<ProtocolException> failure = Optional.empty();

    /** @param random from 0 (inclusive) to 1 (exclusive), for the backoff */
    public Registration(
            RegistrationSettings settings,
            EventLoop loop,
            StreamAcceptor acceptor,
            RegistrationObserver observer,
            DoubleSupplier random) {
        this.settings = settings;
        this.loop = loop;
        this.acceptor = acceptor;
        this.observer = observer;
        this.random = random;
        this.definition = settings.definition();
        this.options = settings.options();
        this.log = new RegistrationLog(settings);
    }

    /** Makes the first attempt, whose failure is the end. Call once. */
    public void start() {
        onLoop(() -> attempt(/* version2= */ true));
    }

    /** Takes traffic from now on, also after reconnects. Completes on the loop when the daemon says that it does so. */
    public CompletableFuture<Void> ready() {
        onLoop(() -> readyHere(true));
        return active;
    }

    /** Completes on the loop when the daemon gives traffic for the first time. */
    public CompletableFuture<Void> active() {
        return active;
    }

    /** Takes no new traffic until {@link #ready()}, also after reconnects; what runs goes on. */
    public void standBy() {
        onLoop(() -> readyHere(false));
    }

    /**
     * The same, unless nobody else would take the traffic then. Nothing tells how it went; to be said again while there is
     * reason to, as somebody else may have come. {@link #ready()} ends it. Nothing is said while the daemon is away.
     */
    public void standByUnlessLast() {
        onLoop(() -> {
            if (options.ready() && current != null && current.registered().version2()) {
                current.standBy(/* unlessLast= */ true);
                perhapsStandingBy = true;
            }
        });
    }

    /**
     * Changes the registration without a reconnect, and for every reconnect that follows; after the changes that were asked
     * for before. While there is no session it waits for one.
     *
     * @return completes on the loop with the daemon's warnings when it is applied; fails with a {@link ProtocolException} if
     *     it is refused, and then nothing was changed
     */
    public CompletableFuture<List<String>> update(ControlMessage.Update change) {
        CompletableFuture<List<String>> answer = new CompletableFuture<>();
        onLoop(() -> {
            if (phase == Phase.LEAVING || phase == Phase.GONE) {
                answer.completeExceptionally(hasLeft());
            } else {
                updates.add(change, answer);
                sendUpdate();
            }
        });
        return answer;
    }

    private static ProtocolException hasLeft() {
        return new ProtocolException(ErrorCode.UNAVAILABLE, "the service has left");
    }

    private void sendUpdate() {
        if (current != null) {
            updates.sendNext(current);
        }
    }

    private void onUpdated(Session session, ControlMessage.Updated answer) {
        if (session == current) {
            updates.answered(answer).ifPresent(this::remember);
            sendUpdate();
        }
    }

    /** What a reconnect will say. */
    private void remember(ControlMessage.Update change) {
        change.tls().ifPresent(tls -> definition = definition.withTls(tls.certificatePem(), tls.keyPem()));
        change.weight().ifPresent(weight -> options = options.withWeight(weight));
        change.metadata().ifPresent(metadata -> options = options.withMetadata(metadata));
    }

    /**
     * Takes nothing new and ends when what runs has finished, at the latest after the drain time of its options. Later calls
     * do nothing.
     */
    public void leave() {
        onLoop(() -> leaveWithin(options.drain()));
    }

    /** Ends at once, and with it every stream. */
    public void closeNow() {
        onLoop(() -> {
            leaveWithin(Duration.ZERO);
            closeSessions("closed by the service");
        });
    }

    /** Whether the caller runs on the loop, and so must not wait for anything that happens here. */
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    private void onLoop(Runnable task) {
        ClientLoop.runOn(loop, task);
    }

    // ---- attempts

    private void attempt(boolean version2) {
        assert loop.inEventLoop();
        if (phase == Phase.LEAVING || phase == Phase.GONE) {
            return;
        }
        HandshakeRequest request =
                version2 ? HandshakeRequest.version2(definition, options) : HandshakeRequest.version1(definition);
        dialer = new SessionDialer(loop, settings, request, new Attempt(options.ready()));
        dialer.start();
    }

    private void attemptLater(ProtocolException cause) {
        attempts++;
        Duration delay = settings.backoff().delay(attempts, random.getAsDouble());
        log.reconnecting(attempts, delay, cause);
        observer.onReconnecting(attempts, delay, cause);
        nextAttempt = loop.schedule(() -> attempt(/* version2= */ true), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    private final class Attempt implements HandshakeHandler.Outcome {
        private final boolean askedAsReady;

        Attempt(boolean askedAsReady) {
            this.askedAsReady = askedAsReady;
        }

        @Override
        public void onRegistered(Channel connection, HandshakeReply reply) {
            dialer = null;
            Registered registered = Registered.of(reply, definition, settings.needsFeatures());
            Session session = new Session(settings, connection, registered, acceptor, new Sessions());
            session.start();
            if (askedAsReady != options.ready()) {
                // It changed its mind while the daemon answered.
                tellReadiness(session);
            }
            use(session);
        }

        @Override
        public void onOldDaemon() {
            dialer = null;
            likeOldDaemon++;
            List<String> needs = settings.needsVersion2();
            if (!needs.isEmpty()) {
                fail(new ProtocolException(
                        ErrorCode.BAD_REQUEST,
                        "the daemon at " + settings.daemon()
                                + " speaks version 1 of the protocol only, and this service needs" + " version 2 for "
                                + String.join(", ", needs) + "; update the daemon"));
            } else if (everVersion2 && likeOldDaemon == 1) {
                // More likely a daemon that died with its OK than one that was replaced by an older one.
                attemptFailed(new ProtocolException(
                        ErrorCode.UNAVAILABLE, "the daemon closed the connection right after its OK"));
            } else {
                log.fallingBack();
                attempt(/* version2= */ false);
            }
        }

        @Override
        public void onFailed(ProtocolException cause) {
            dialer = null;
            attemptFailed(cause);
        }
    }

    private void attemptFailed(ProtocolException cause) {
        if (phase.triesAgain() && cause.code().isRetryable()) {
            attemptLater(cause);
        } else {
            fail(cause);
        }
    }

    private void use(Session session) {
        boolean again = phase != Phase.STARTING;
        Registered registered = session.registered();
        phase = Phase.UP;
        hasStood = true;
        current = session;
        log.registered(registered, attempts);
        attempts = 0;
        likeOldDaemon = 0;
        everVersion2 |= registered.version2();
        registered.port().ifPresent(this::keepPort);
        retiring.forEach(Session::drain);
        observer.onRegistered(registered, again);
        if (options.ready() || !registered.version2()) {
            active.complete(null);
        }
        sendUpdate();
    }

    private void keepPort(int port) {
        definition = new SocketDefinition(definition.address(), port, definition.http(), definition.tls());
    }

    private void readyHere(boolean now) {
        boolean changes = options.ready() != now || (now && perhapsStandingBy);
        if (changes) {
            options = options.withReady(now);
            perhapsStandingBy = false;
            if (current != null) {
                tellReadiness(current);
            }
        }
    }

    private void tellReadiness(Session session) {
        if (!session.registered().version2()) {
            return; // It knows no other state than ready.
        }
        if (options.ready()) {
            session.ready();
        } else {
            session.standBy(/* unlessLast= */ false);
        }
    }

    // ---- sessions

    private final class Sessions implements Session.Owner {
        @Override
        public void onMessage(Session session, ControlMessage message) {
            if (message instanceof ControlMessage.Activated) {
                active.complete(null);
                onActivated(session);
            } else if (message instanceof ControlMessage.Drained) {
                if (session == current && phase == Phase.UP) {
                    handOver("the daemon at " + settings.daemon() + " has ended this session in good order");
                }
                onDrained(session);
            } else if (message instanceof ControlMessage.Updated updated) {
                onUpdated(session, updated);
            } else if (session != current || (phase != Phase.UP && phase != Phase.REPLACED)) {
                // A session that retires is told what we know: that another one has its place.
                log.ignored(message.type());
            } else if (message instanceof ControlMessage.Drain drain) {
                Duration time = drain.deadline().orElse(options.drain());
                log.drainRequested(time);
                observer.onDrainRequested(time);
                // The daemon keeps the deadlines, of which that for upgraded connections may be another one.
                leave(Optional.empty());
            } else if (phase == Phase.REPLACED) {
                log.ignored(message.type());
            } else if (message instanceof ControlMessage.Replaced replaced) {
                phase = Phase.REPLACED;
                log.replaced(replaced.deadline());
                observer.onReplaced(replaced.deadline());
            } else if (message instanceof ControlMessage.Reconnect) {
                handOver("the daemon asks for a new session");
            } else {
                log.told(message.type());
            }
        }

        @Override
        public void onGoAway(Session session) {
            if (session == current && phase == Phase.UP) {
                handOver("the daemon at " + settings.daemon()
                        + " takes this session out of use, as it does when it stops");
            }
        }

        @Override
        public void onDrained(Session session) {
            session.close("drained");
        }

        @Override
        public void onLaneFailed(Session session, ProtocolException cause) {
            log.laneFailed(cause);
        }

        @Override
        public void onLost(Session session, String reason) {
            boolean wasCurrent = session == current;
            retiring.remove(session);
            if (wasCurrent) {
                current = null;
                updates.sessionLost();
            }
            if (phase == Phase.LEAVING) {
                finishIfNothingIsLeft();
            } else if (wasCurrent && phase == Phase.REPLACED) {
                // Drained, or lost: a newer generation has its place either way.
                leave(Optional.empty());
            } else if (wasCurrent && phase == Phase.UP) {
                phase = Phase.AWAY;
                attemptLater(new ProtocolException(
                        ErrorCode.UNAVAILABLE, "the session with " + settings.daemon() + " was lost: " + reason));
            }
        }
    }

    private void onActivated(Session session) {
        if (session == current && phase == Phase.REPLACED) {
            phase = Phase.UP;
            log.takenBack();
            observer.onTakenBack();
            if (!options.ready()) {
                // What was said while it was replaced meant nothing.
                tellReadiness(session);
            }
        }
    }

    /** Gets another session and lets this one finish; if too many do so already, the oldest is cut. */
    private void handOver(String reason) {
        phase = Phase.AWAY;
        retiring.add(current);
        current = null;
        updates.sessionLost();
        if (retiring.size() > MAX_RETIRING) {
            retiring.iterator().next().close("more than " + MAX_RETIRING + " sessions were finishing");
        }
        attemptLater(new ProtocolException(ErrorCode.UNAVAILABLE, reason));
    }

    // ---- the end

    private void leaveWithin(Duration time) {
        leave(Optional.of(time));
    }

    /** @param within when to cut what still runs; empty: when the daemon does */
    private void leave(Optional<Duration> within) {
        if (phase == Phase.GONE || (phase == Phase.LEAVING && deadline != null)) {
            return;
        }
        phase = Phase.LEAVING;
        updates.end(hasLeft());
        if (dialer != null) {
            dialer.cancel();
            dialer = null;
        }
        if (nextAttempt != null) {
            nextAttempt.cancel(/* mayInterruptIfRunning= */ false);
        }
        if (current != null) {
            retiring.add(current);
            current = null;
        }
        retiring.forEach(Session::drain);
        within.ifPresent(
                time -> deadline = loop.schedule(() -> onDeadline(time), time.toNanos(), TimeUnit.NANOSECONDS));
        finishIfNothingIsLeft();
    }

    private void onDeadline(Duration time) {
        log.deadlinePassed(time, retiring.stream().mapToInt(Session::running).sum());
        closeSessions("the drain time of " + time.toMillis() + " ms passed");
    }

    private void closeSessions(String reason) {
        List.copyOf(retiring).forEach(session -> session.close(reason));
    }

    private void fail(ProtocolException cause) {
        failure = Optional.of(cause);
        leaveWithin(options.drain());
    }

    private void finishIfNothingIsLeft() {
        if (!retiring.isEmpty() || phase == Phase.GONE) {
            return;
        }
        phase = Phase.GONE;
        if (deadline != null) {
            deadline.cancel(/* mayInterruptIfRunning= */ false);
        }
        if (hasStood) {
            log.closed(failure);
        }
        active.completeExceptionally(failure.orElseGet(Registration::hasLeft));
        observer.onClosed(failure);
    }
}
