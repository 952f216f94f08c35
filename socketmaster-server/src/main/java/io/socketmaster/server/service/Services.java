package io.socketmaster.server.service;

import io.socketmaster.server.events.DaemonEvents;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * All services of a daemon by name, with what they share: the timeline, the settings, the budget of those who wait.
 *
 * <p>Registry thread, unless said otherwise. A service is in here from {@link #obtain} on until it has expired and its last
 * session is gone; as many as there are names registered.
 *
 * @param <U> the kind of session
 */
public final class Services<U extends Upstream> {
    private final Timeline timeline;
    private final ServiceSettings settings;
    private final HoldBudget budget;
    private final DaemonEvents events;
    private final ServiceLifecycle<U> lifecycle;
    private final TreeMap<String, Service<U>> byName = new TreeMap<>();
    /** Why no service is opened any more; {@code null} before the shutdown. */
    private String closedBecause;

    /** @param lifecycle is told of every service; its {@code onEmpty} when the service is not in here any more */
    public Services(
            Timeline timeline,
            ServiceSettings settings,
            HoldBudget budget,
            DaemonEvents events,
            ServiceLifecycle<U> lifecycle) {
        this.timeline = timeline;
        this.settings = settings;
        this.budget = budget;
        this.events = events;
        this.lifecycle = new Forgetting(lifecycle);
    }

    /**
     * The service of this name; a new one, with nobody registered, if there is none. It is registered at in the same task of
     * the timeline: until then it may go again. After the shutdown a new one is shut already.
     */
    public Service<U> obtain(String name) {
        assertInTimeline();
        Service<U> known = byName.get(name);
        if (known != null) {
            return known;
        }
        Service<U> service = new Service<>(name, timeline, settings, budget, events, lifecycle);
        if (closedBecause != null) {
            service.shutdown(closedBecause);
            return service;
        }
        byName.put(name, service);
        return service;
    }

    public Optional<Service<U>> find(String name) {
        assertInTimeline();
        return Optional.ofNullable(byName.get(name));
    }

    /** Forgets a service that was obtained for a registration that then failed; one that is in use stays. */
    public void discardUnused(Service<U> service) {
        assertInTimeline();
        if (service.isUnclaimed() && service.generations().isEmpty()) {
            byName.remove(service.name(), service);
        }
    }

    /** Every service as people see it, by name. */
    public List<ServiceStatus> status() {
        assertInTimeline();
        return byName.values().stream().map(Service::status).toList();
    }

    /** How many requests and connections are in flight in all. */
    public int inFlight() {
        assertInTimeline();
        return byName.values().stream().mapToInt(Service::inFlight).sum();
    }

    /** How many wait in all, those on their way into a queue included. Any thread. */
    public int held() {
        return budget.taken();
    }

    /**
     * Shuts every service down.
     *
     * @param reason for people
     * @return completed on the registry thread when every session has drained or is gone
     * @see Service#shutdown
     */
    public CompletionStage<Void> shutdown(String reason) {
        assertInTimeline();
        closedBecause = reason;
        CompletableFuture<?>[] each = List.copyOf(byName.values()).stream()
                .map(service -> service.shutdown(reason).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(each).minimalCompletionStage();
    }

    private void assertInTimeline() {
        assert timeline.inTimeline() : "the services are touched outside of the registry thread";
    }

    /** Keeps the map free of what nobody needs any more. */
    private final class Forgetting implements ServiceLifecycle<U> {
        private final ServiceLifecycle<U> next;

        Forgetting(ServiceLifecycle<U> next) {
            this.next = next;
        }

        @Override
        public void onExpired(Service<U> service) {
            next.onExpired(service);
        }

        @Override
        public void onEmpty(Service<U> service) {
            byName.remove(service.name(), service);
            next.onEmpty(service);
        }
    }
}
