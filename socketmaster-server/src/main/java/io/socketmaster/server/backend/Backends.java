package io.socketmaster.server.backend;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.relay.DrainDeadline;
import io.socketmaster.server.relay.OpenStreams;
import io.socketmaster.server.service.Timeline;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The plain backends of a daemon. {@link #put}, {@link #switchTo} and {@link #remove} may be called from any thread; they
 * look names up elsewhere and make the change on the registry thread, which owns all fields. A change that is refused has
 * changed nothing.
 */
public final class Backends {
    private final Timeline timeline;
    private final PublicListeners listeners;
    private final DaemonEvents events;
    private final BackendSettings settings;
    private final Reach reach;

    private final Map<String, Backend> backends = new LinkedHashMap<>();
    /** Names whose port is being opened. */
    private final Set<String> opening = new HashSet<>();

    private final CompletableFuture<Void> lastStreamEnded = new CompletableFuture<>();
    /** The connections to all backends, those included that were switched away from. */
    private final OpenStreams streams = new OpenStreams(reason -> lastStreamEnded.complete(null));

    private long sessions;

    /**
     * @param loops where addresses are tried out
     * @param preparation looks up host names
     */
    public Backends(
            Timeline timeline,
            PublicListeners listeners,
            DaemonEvents events,
            BackendSettings settings,
            Dialler dialler,
            EventLoopGroup loops,
            Executor preparation) {
        this.timeline = timeline;
        this.listeners = listeners;
        this.events = events;
        this.settings = settings;
        this.reach = new Reach(dialler, loops, preparation, settings.connectTimeout());
    }

    // --- any thread

    /**
     * Makes a backend as {@code spec} wants it, or changes the one of that name: to another address in the way of {@link
     * #switchTo}, if need be. Whether the address answers does not matter.
     *
     * @return completes on the registry thread; fails with a {@link ProtocolException}, bare or as a cause: {@code
     *     BAD_REQUEST} if the host is not known or the address is where the backend's own clients come, {@code NAME_OWNED} if
     *     the backend of that name listens elsewhere, {@code LIMIT}, and what a registration of the route can fail with
     */
    public CompletableFuture<Put> put(BackendSpec spec) {
        return reach.lookUp(spec.backend()).thenComposeAsync(targets -> put(spec, targets), timeline);
    }

    /**
     * What became of a {@link #put}.
     *
     * @param created false if there was one of that name
     */
    public record Put(boolean created, BackendStatus status) {}

    /**
     * Sends a backend's new connections to {@code address}, in one step; those that stand finish where they are.
     *
     * @return completes on the registry thread; empty if there is no backend of that name; fails as {@link #put} does
     */
    public CompletableFuture<Optional<BackendStatus>> switchTo(String name, BackendAddress address) {
        return reach.lookUp(address)
                .thenApplyAsync(
                        targets -> {
                            Backend backend = backends.get(name);
                            if (backend == null) {
                                return Optional.empty();
                            }
                            change(backend, backend.spec().withBackend(address), targets);
                            return Optional.of(backend.status());
                        },
                        timeline);
    }

    /**
     * Takes a backend and its route away: who waits is refused, what is in flight finishes within the drain deadlines.
     *
     * @return completes on the registry thread; false if there is none of that name
     */
    public CompletableFuture<Boolean> remove(String name, String reason) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Backend backend = backends.remove(name);
                    if (backend != null) {
                        backend.remove(reason);
                    }
                    return backend != null;
                },
                timeline);
    }

    /**
     * Cuts off whatever is still connected, because {@code reason}: the daemon stops.
     *
     * @return completes when the last connection has ended
     */
    public CompletableFuture<Void> closeConnections(String reason) {
        boolean some = streams.lastCall(new DrainDeadline(/* longLivedToo= */ true, Duration.ZERO, reason));
        if (!some) {
            lastStreamEnded.complete(null);
        }
        return lastStreamEnded.copy();
    }

    // --- registry thread

    public List<BackendStatus> status() {
        assert timeline.inTimeline();
        return backends.values().stream().map(Backend::status).toList();
    }

    /** Empty if there is none of that name. */
    public Optional<BackendStatus> status(String name) {
        assert timeline.inTimeline();
        return Optional.ofNullable(backends.get(name)).map(Backend::status);
    }

    /**
     * Waits until nothing is in flight to any address that the backend was switched away from.
     *
     * @param onIdle run once on the registry thread; before this returns if that is so now
     * @return forgets the request; empty if there is no backend of that name
     */
    public Optional<Runnable> whenLeft(String name, Runnable onIdle) {
        assert timeline.inTimeline();
        return Optional.ofNullable(backends.get(name))
                .map(backend -> backend.service().whenIdle(session -> !backend.isCurrent(session), onIdle));
    }

    private CompletableFuture<Put> put(BackendSpec spec, List<SocketAddress> targets) {
        String name = spec.name();
        Backend known = backends.get(name);
        if (known != null) {
            change(known, spec, targets);
            return CompletableFuture.completedFuture(new Put(/* created= */ false, known.status()));
        }
        if (backends.size() + opening.size() >= settings.backends()) {
            return CompletableFuture.failedFuture(new ProtocolException(
                    ErrorCode.LIMIT,
                    "there are " + settings.backends() + " plain backends, as many as are allowed; remove one first"));
        }
        try {
            refuseCircle(spec.listen(), spec, targets);
        } catch (ProtocolException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (!opening.add(name)) {
            return CompletableFuture.failedFuture(new ProtocolException(
                    ErrorCode.UNAVAILABLE, "the backend '" + name + "' is being made at this moment; try again"));
        }
        return listeners
                .prepare(Backend.route(spec))
                .thenApply(place -> {
                    try {
                        backends.put(name, Backend.install(this, place, spec, targets.get(0)));
                    } catch (ProtocolException e) {
                        throw new CompletionException(e);
                    }
                    return new Put(/* created= */ true, backends.get(name).status());
                })
                .whenComplete((done, failure) -> opening.remove(name));
    }

    private static void change(Backend backend, BackendSpec wanted, List<SocketAddress> targets) {
        BackendSpec now = backend.spec();
        try {
            if (!now.listen().equals(wanted.listen())) {
                throw new ProtocolException(
                        ErrorCode.NAME_OWNED,
                        "the backend '" + now.name() + "' listens on " + now.listen() + " and not on " + wanted.listen()
                                + "; choose another name, or remove it first");
            }
            if (!now.equals(wanted)) {
                refuseCircle(backend.listen(), wanted, targets);
                backend.switchTo(wanted, targets.get(0));
            }
        } catch (ProtocolException e) {
            throw new CompletionException(e);
        }
    }

    /** Any of the addresses that the backend's name stands for may be dialled one day. */
    private static void refuseCircle(ListenAddress listen, BackendSpec wanted, List<SocketAddress> targets)
            throws ProtocolException {
        if (targets.stream().anyMatch(listen::isReachedAt)) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "every connection to " + wanted.backend() + " would come back to " + listen + ", where '"
                            + wanted.name()
                            + "' listens; name another port or address, at which the backend itself is");
        }
    }

    // --- for its backends; registry thread, except for the streams

    BackendSession newSession(BackendAddress address, BackendSession.Owner owner) {
        sessions++;
        return new BackendSession("b" + sessions, address, reach::newChannel, owner);
    }

    boolean holds(Backend backend) {
        return backends.get(backend.spec().name()) == backend;
    }

    /** Somebody else ended it, or has taken its place. */
    void forget(Backend backend) {
        backends.remove(backend.spec().name(), backend);
    }

    void fault(String name, Exception fault) {
        events.fault("backend " + name, fault);
    }

    Timeline timeline() {
        return timeline;
    }

    BackendSettings settings() {
        return settings;
    }

    Reach reach() {
        return reach;
    }

    OpenStreams streams() {
        return streams;
    }
}
