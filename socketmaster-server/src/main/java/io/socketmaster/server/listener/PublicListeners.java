package io.socketmaster.server.listener;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Generation;
import io.socketmaster.server.service.HoldBudget;
import io.socketmaster.server.service.PauseOrder;
import io.socketmaster.server.service.PauseStatus;
import io.socketmaster.server.service.PauseSwitch;
import io.socketmaster.server.service.Service;
import io.socketmaster.server.service.ServiceLifecycle;
import io.socketmaster.server.service.ServiceSettings;
import io.socketmaster.server.service.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The public ports and what is installed on them. Confined to the registry thread: registrations are applied one after
 * the other. A port is opened by its first route and closed with its last, which goes when its service stayed away for
 * longer than its hold (contract section 3). What an operator asks of all services goes through here too.
 */
public final class PublicListeners {
    private static final String STOPPING = "the daemon is stopping";

    private final Timeline timeline;
    private final DaemonEvents events;
    private final PublicSockets sockets;
    private final Frontends frontends;
    private final ServiceSettings serviceSettings;
    private final HoldBudget holdBudget;

    private final Map<ListenAddress, CompletableFuture<PublicListener>> listeners = new HashMap<>();
    private final Map<RouteSpec.Key, RoutedService> services = new LinkedHashMap<>();
    /** Services whose route is gone, and that have sessions or work in flight still. */
    private final Set<RoutedService> leaving = new LinkedHashSet<>();

    private final PauseSwitch everything;
    private boolean stopping;

    public PublicListeners(
            Timeline timeline,
            DaemonEvents events,
            PublicSockets sockets,
            Frontends frontends,
            ServiceSettings serviceSettings,
            HoldBudget holdBudget) {
        this.timeline = timeline;
        this.events = events;
        this.sockets = sockets;
        this.frontends = frontends;
        this.serviceSettings = serviceSettings;
        this.holdBudget = holdBudget;
        this.everything = new PauseSwitch(timeline, /* everywhere= */ true, change -> change, this::resumed);
    }

    // --- for operators; registry thread

    /** Every service with its route; those whose route is gone come last. */
    public List<RouteStatus> status() {
        assert timeline.inTimeline();
        List<RouteStatus> all = new ArrayList<>(services.size() + leaving.size());
        services.values().forEach(routed -> all.add(routed.spec().status(/* listening= */ true, routed.service())));
        leaving.forEach(routed -> all.add(routed.spec().status(/* listening= */ false, routed.service())));
        return all;
    }

    /** The services of that name; several if one name was registered in several places. Empty if it is not known. */
    public List<Service<StreamUpstream>> named(String name) {
        assert timeline.inTimeline();
        return services.values().stream()
                .filter(routed -> routed.name().equals(name))
                .map(RoutedService::service)
                .toList();
    }

    /** The generation of that session, on whichever service; empty if it is gone. */
    public Optional<Generation<StreamUpstream>> session(String id) {
        return all().stream()
                .flatMap(service -> service.generations().stream())
                .filter(generation -> generation.upstream().sessionId().equals(id))
                .findFirst();
    }

    /** The pause of everything. */
    public Optional<PauseStatus> pauseOfAll() {
        return everything.status();
    }

    /**
     * Pauses every service, those included that register later, in the place of the pause of everything that is in force if
     * there is one. A service's own pause goes before it.
     */
    public void pauseAll(PauseOrder order) {
        everything.turnOn(order);
        events.paused(DaemonEvents.EVERYTHING, order.mode().word(), order.ttl(), order.reason());
        applyPauseOfAll();
    }

    /** Ends the pause of everything; false if there was none. Services that are paused by themselves stay so. */
    public boolean resumeAll(String cause) {
        boolean changes = everything.turnOff();
        if (changes) {
            resumed(cause);
        }
        return changes;
    }

    private void resumed(String cause) {
        events.resumed(DaemonEvents.EVERYTHING, cause);
        applyPauseOfAll();
    }

    private void applyPauseOfAll() {
        services.values().forEach(routed -> routed.service().setPauseOfAll(everything.current()));
    }

    /**
     * Waits until nothing is in flight anywhere, see {@link Service#whenIdle}.
     *
     * @return forgets the request
     */
    public Runnable whenIdle(Runnable onIdle) {
        return search(this::all, onIdle);
    }

    /** The same for the services of one name, those whose route is gone included. */
    public Runnable whenIdle(String name, Runnable onIdle) {
        return search(
                () -> all().stream()
                        .filter(service -> service.name().equals(name))
                        .toList(),
                onIdle);
    }

    private static Runnable search(Supplier<List<Service<StreamUpstream>>> among, Runnable onIdle) {
        IdleSearch search = new IdleSearch(among, onIdle);
        search.look();
        return search::cancel;
    }

    private List<Service<StreamUpstream>> all() {
        assert timeline.inTimeline();
        return Stream.concat(services.values().stream(), leaving.stream())
                .map(RoutedService::service)
                .toList();
    }

    // --- for registrations

    /**
     * Opens the port if need be and finds or makes the service at {@code spec}'s place, without changing the port's table
     * for anybody yet.
     *
     * @return completes on the registry thread; exceptionally with a {@link ProtocolException} that says why not
     */
    public CompletableFuture<Place> prepare(RouteSpec spec) {
        assert timeline.inTimeline();
        if (stopping) {
            return CompletableFuture.failedFuture(new ProtocolException(
                    ErrorCode.UNAVAILABLE, "the daemon is stopping; try again when it has been started"));
        }
        return listener(spec.listen()).thenApply(listener -> place(listener, spec.bound(listener.address())));
    }

    private Place place(PublicListener listener, RouteSpec spec) {
        RoutedService known = services.get(spec.key());
        return new Place(listener, spec, known != null ? known : newService(listener, spec));
    }

    private RoutedService newService(PublicListener listener, RouteSpec spec) {
        Expiry expiry = new Expiry(listener);
        expiry.routed = new RoutedService(
                new Service<>(spec.name(), timeline, serviceSettings, holdBudget, events, expiry), spec);
        return expiry.routed;
    }

    /** Takes a service's route away when it has stayed away too long. */
    private final class Expiry implements ServiceLifecycle<StreamUpstream> {
        private final PublicListener listener;
        private RoutedService routed;

        Expiry(PublicListener listener) {
            this.listener = listener;
        }

        @Override
        public void onExpired(Service<StreamUpstream> service) {
            remove(listener, routed);
        }

        @Override
        public void onEmpty(Service<StreamUpstream> service) {
            leaving.remove(routed);
        }
    }

    /** A place on an open port that a registration may take. */
    public final class Place {
        private final PublicListener listener;
        private final RouteSpec spec;
        private final RoutedService service;

        private Place(PublicListener listener, RouteSpec spec, RoutedService service) {
            this.listener = listener;
            this.spec = spec;
            this.service = service;
        }

        /** The address that is really bound. */
        public ListenAddress address() {
            return listener.address();
        }

        /** The same as text: {@code host:port}, or a Unix socket's. */
        public String bound() {
            return address().toString();
        }

        public String describe() {
            return spec.describe();
        }

        /** Who is registered here, or will be. */
        public Service<StreamUpstream> service() {
            return service.service();
        }

        /**
         * Takes the route away at once, because {@code reason}: who waits is refused, and what is in flight finishes within its
         * drain deadline. The port is closed if nothing else is on it.
         */
        public void withdraw(String reason) {
            assert timeline.inTimeline();
            remove(listener, service);
            service.service().shutdown(reason);
        }

        /**
         * Registers {@code session} as the service's next generation and makes the route known to connections, in one step.
         *
         * @throws ProtocolException {@code KIND_CONFLICT} if it could not be told apart from what is there, or what the
         *     service has against it; the port is closed again if nothing else is on it
         */
        public Generation<StreamUpstream> install(StreamUpstream session, RegistrationOptions options, String owner)
                throws ProtocolException {
            assert timeline.inTimeline();
            try {
                PortTable next = tableWithThis();
                service.service().setPauseOfAll(everything.current());
                Generation<StreamUpstream> generation = service.service().register(session, options, owner);
                service.setSpec(spec);
                services.put(spec.key(), service);
                listener.publish(next);
                return generation;
            } catch (ProtocolException e) {
                closeIfEmpty(listener);
                throw e;
            }
        }

        /** What this place takes of its port. */
        public RouteKind kind() {
            return spec.kind();
        }

        /**
         * Ends the TLS of new connections with another certificate; open ones go on, and so does the rest of the route.
         *
         * @throws ProtocolException {@code UNAVAILABLE} if the route is gone; nothing is changed then
         */
        public void renewTls(RouteSpec.Tls tls) throws ProtocolException {
            assert timeline.inTimeline();
            if (services.get(spec.key()) != service) {
                throw new ProtocolException(
                        ErrorCode.UNAVAILABLE, "the route " + spec.describe() + " is gone; register again");
            }
            RouteSpec renewed = service.spec().withTls(tls);
            PortTable next = listener.table().without(service, service.spec()).with(service, renewed);
            service.setSpec(renewed);
            listener.publish(next);
        }

        private PortTable tableWithThis() throws ProtocolException {
            boolean known = services.get(spec.key()) == service;
            if (known && !service.name().equals(spec.name())) {
                throw new ProtocolException(
                        ErrorCode.KIND_CONFLICT,
                        "'" + spec.name() + "' wants " + spec.describe() + ", which '" + service.name()
                                + "' has; use that name to replace it, or choose another port, host or path");
            }
            PortTable before = listener.table();
            return (known ? before.without(service, service.spec()) : before).with(service, spec);
        }
    }

    private CompletableFuture<PublicListener> listener(ListenAddress address) {
        CompletableFuture<PublicListener> open = listeners.get(address);
        if (open != null) {
            return open;
        }
        CompletableFuture<PublicListener> opening = new CompletableFuture<>();
        if (!address.isForAnyPort()) {
            listeners.put(address, opening);
        }
        PublicListener listener = new PublicListener(address, frontends);
        sockets.bind(address, frontends.initializer(listener))
                .whenComplete((socket, failure) -> timeline.execute(() -> {
                    if (failure == null) {
                        bound(listener, socket, opening);
                    } else {
                        listeners.remove(address, opening);
                        opening.completeExceptionally(failure);
                    }
                }));
        return opening;
    }

    private void bound(PublicListener listener, PublicSockets.Bound socket, CompletableFuture<PublicListener> opening) {
        listener.bound(socket);
        listeners.put(listener.address(), opening);
        events.listenerBound(listener.boundAddress());
        opening.complete(listener);
        if (stopping) {
            closeIfEmpty(listener);
        }
    }

    private void remove(PublicListener listener, RoutedService service) {
        assert timeline.inTimeline();
        if (services.remove(service.spec().key(), service)) {
            leaving.add(service); // until onEmpty, which follows at the earliest
            listener.publish(listener.table().without(service, service.spec()));
        }
        closeIfEmpty(listener);
    }

    private void closeIfEmpty(PublicListener listener) {
        if (listener.table().isEmpty() && listeners.remove(listener.address()) != null) {
            listener.close();
            events.listenerClosed(listener.boundAddress(), "its last route is gone");
        }
    }

    /**
     * Accepts no more connections, on any port; those that are idle end, and what waits for a service is refused.
     *
     * @return completes on the registry thread when nothing is in flight any more
     */
    public CompletableFuture<Void> stopAccepting() {
        assert timeline.inTimeline();
        stopping = true;
        for (PublicListener listener : openListeners()) {
            listener.finish();
            events.listenerClosed(listener.boundAddress(), STOPPING);
        }
        return CompletableFuture.allOf(services.values().stream()
                .map(routed -> routed.service().shutdown(STOPPING).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    private List<PublicListener> openListeners() {
        return listeners.values().stream()
                .filter(CompletableFuture::isDone)
                .map(listener -> listener.getNow(null))
                .toList();
    }
}
