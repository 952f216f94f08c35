package io.socketmaster.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.listener.RouteStatus;
import io.socketmaster.server.service.Generation;
import io.socketmaster.server.service.HoldBudget;
import io.socketmaster.server.service.PauseMode;
import io.socketmaster.server.service.PauseOrder;
import io.socketmaster.server.service.PauseStatus;
import io.socketmaster.server.service.Service;
import io.socketmaster.server.service.ServiceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * What each row of the API's table does. A change is decided and made in one turn of the registry thread, so that a request
 * that is refused has changed nothing. Any thread.
 *
 * <p>A name may stand for several services, where it was registered on several routes: all of them are meant then.
 */
final class Endpoints {
    private static final String BY_OPERATOR = "an operator asked for it";

    private final DaemonFacts facts;
    private final Registry registry;
    private final PublicListeners listeners;
    private final HoldBudget budget;
    private final Executor rendering;
    private final Waits waits;
    private final Snapshots snapshots;

    /** @param rendering puts large answers into JSON, away from the threads that carry traffic */
    Endpoints(
            DaemonFacts facts,
            Registry registry,
            PublicListeners listeners,
            HoldBudget budget,
            Waits waits,
            Executor rendering) {
        this.facts = facts;
        this.registry = registry;
        this.listeners = listeners;
        this.budget = budget;
        this.waits = waits;
        this.rendering = rendering;
        this.snapshots =
                new Snapshots(registry, () -> new Snapshots.Snapshot(listeners.pauseOfAll(), listeners.status()));
    }

    // --- looking

    CompletableFuture<ApiAnswer> status(ApiRequest request) {
        return snapshots.next().thenApplyAsync(now -> ApiAnswer.json(200, status(now)), rendering);
    }

    private ObjectNode status(Snapshots.Snapshot now) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("version", facts.version());
        json.put("uptimeMillis", facts.uptime().toMillis());
        json.put("services", now.routes().size());
        json.put("pausedServices", count(now, route -> route.service().pause().isPresent() ? 1 : 0));
        json.put("servingServices", count(now, route -> isServing(route) ? 1 : 0));
        json.put("sessions", count(now, route -> route.service().generations().size()));
        json.put("inFlight", count(now, route -> route.service().inFlight()));
        json.put(
                "replayed",
                now.routes().stream()
                        .mapToLong(route -> route.service().replayed())
                        .sum());
        json.put("held", count(now, route -> route.service().held()));
        json.put("heldLimit", budget.limit());
        StatusJson.put(json, "paused", now.pauseOfAll());
        return json;
    }

    private static boolean isServing(RouteStatus route) {
        return route.service().phase() == ServiceStatus.Phase.SERVING;
    }

    private static int count(Snapshots.Snapshot now, Function<RouteStatus, Integer> each) {
        return now.routes().stream().mapToInt(each::apply).sum();
    }

    CompletableFuture<ApiAnswer> routes(ApiRequest request) {
        return render(StatusJson::routes);
    }

    CompletableFuture<ApiAnswer> sessions(ApiRequest request) {
        return render(StatusJson::sessions);
    }

    CompletableFuture<ApiAnswer> services(ApiRequest request) {
        Optional<String> name = request.service();
        if (name.isEmpty()) {
            return render(StatusJson::services);
        }
        return find(
                now -> {
                    List<RouteStatus> named = now.routes().stream()
                            .filter(route -> route.service().name().equals(name.get()))
                            .toList();
                    return named.isEmpty() ? Optional.empty() : Optional.of(StatusJson.services(named));
                },
                unknownService(name.get()));
    }

    CompletableFuture<ApiAnswer> session(ApiRequest request) {
        String id = request.variable().orElseThrow();
        return find(
                now -> now.routes().stream()
                        .map(RouteStatus::service)
                        .flatMap(service -> service.generations().stream()
                                .filter(generation -> generation.sessionId().equals(id))
                                .map(generation -> StatusJson.session(service, generation)))
                        .findFirst(),
                unknownSession(id));
    }

    private CompletableFuture<ApiAnswer> render(Function<List<RouteStatus>, ObjectNode> view) {
        return snapshots.next().thenApplyAsync(now -> ApiAnswer.json(200, view.apply(now.routes())), rendering);
    }

    private CompletableFuture<ApiAnswer> find(
            Function<Snapshots.Snapshot, Optional<ObjectNode>> view, ApiException otherwise) {
        return snapshots
                .next()
                .thenApplyAsync(
                        now -> view.apply(now)
                                .map(found -> ApiAnswer.json(200, found))
                                .orElseGet(otherwise::toAnswer),
                        rendering);
    }

    // --- pausing

    CompletableFuture<ApiAnswer> pause(ApiRequest request) throws ApiException {
        Fields fields = request.fields();
        String mode = fields.oneOf("mode", List.of(PauseMode.HOLD.word(), PauseMode.REJECT.word()));
        PauseOrder order = order(
                PauseMode.valueOf(mode.toUpperCase(Locale.ROOT)),
                fields.duration("ttl"),
                fields.text("reason").orElse(""));
        boolean replace = fields.flag("replace");
        Optional<String> name = request.service();
        return registry.ask(() -> name.isEmpty() ? pauseAll(order, replace) : pause(name.get(), order, replace));
    }

    private static PauseOrder order(PauseMode mode, Optional<Duration> ttl, String reason) throws ApiException {
        try {
            return new PauseOrder(mode, ttl, reason);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("BAD_FIELD", e.getMessage());
        }
    }

    private ApiAnswer pauseAll(PauseOrder order, boolean replace) throws ApiException {
        refuseSecond("everything", listeners.pauseOfAll(), replace);
        listeners.pauseAll(order);
        return paused(listeners.pauseOfAll());
    }

    private ApiAnswer pause(String name, PauseOrder order, boolean replace) throws ApiException {
        List<? extends Service<?>> services = services(name);
        for (Service<?> service : services) {
            refuseSecond("service " + name, service.ownPause(), replace);
        }
        for (Service<?> service : services) {
            if (!service.pause(order)) {
                throw new ApiException(409, "CLOSED", "service " + name + " is closed: the daemon is stopping");
            }
        }
        return paused(services.get(0).ownPause());
    }

    private static void refuseSecond(String what, Optional<PauseStatus> before, boolean replace) throws ApiException {
        if (before.isPresent() && !replace) {
            ObjectNode details = JsonNodeFactory.instance.objectNode();
            StatusJson.put(details, "paused", before);
            throw new ApiException(
                    409,
                    "ALREADY_PAUSED",
                    what + " is paused already, and stays so as it was; resume it first, or say \"replace\": true",
                    details);
        }
    }

    private static ApiAnswer paused(Optional<PauseStatus> pause) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        StatusJson.put(json, "paused", pause);
        return ApiAnswer.json(200, json);
    }

    /** What is not paused is no error: a script that cleans up behind itself need not know how far it came. */
    CompletableFuture<ApiAnswer> resume(ApiRequest request) {
        Optional<String> name = request.service();
        return registry.ask(() -> {
            boolean changed = false;
            if (name.isEmpty()) {
                changed = listeners.resumeAll(BY_OPERATOR);
            } else {
                for (Service<?> service : services(name.get())) {
                    changed |= service.resume(BY_OPERATOR);
                }
            }
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("resumed", changed);
            StatusJson.put(json, "paused", stillPaused(name));
            return ApiAnswer.json(200, json);
        });
    }

    private Optional<PauseStatus> stillPaused(Optional<String> name) {
        return name.isEmpty()
                ? Optional.empty()
                : listeners.named(name.get()).get(0).status().pause();
    }

    // --- draining

    CompletableFuture<ApiAnswer> drainService(ApiRequest request) throws ApiException {
        Optional<Duration> deadline = request.fields().duration("deadline");
        String name = request.service()
                .orElseThrow(() -> ApiException.badRequest(
                        "NAME_MISSING", "say which service: POST /v1/drain?name=NAME, percent-encoded"));
        return registry.ask(() -> {
            List<Generation<?>> generations = new ArrayList<>();
            services(name).forEach(service -> generations.addAll(service.generations()));
            return drain("service " + name, generations, deadline);
        });
    }

    CompletableFuture<ApiAnswer> drainSession(ApiRequest request) throws ApiException {
        Optional<Duration> deadline = request.fields().duration("deadline");
        String id = request.variable().orElseThrow();
        return registry.ask(() -> {
            Generation<?> generation = listeners.session(id).orElse(null);
            if (generation == null) {
                throw unknownSession(id);
            }
            return drain("session " + id, List.of(generation), deadline);
        });
    }

    private static ApiAnswer drain(String what, List<Generation<?>> generations, Optional<Duration> deadline)
            throws ApiException {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode draining = json.putArray("draining");
        for (Generation<?> generation : generations) {
            if (generation.requestDrain(BY_OPERATOR, deadline)) {
                draining.add(generation.upstream().sessionId());
            }
        }
        if (draining.isEmpty()) {
            throw new ApiException(
                    409, "NOTHING_TO_DRAIN", what + " has no session, or only such as are draining for good already");
        }
        return ApiAnswer.json(200, json);
    }

    // --- waiting

    CompletableFuture<ApiAnswer> idle(ApiRequest request) throws ApiException {
        Duration timeout = Waits.timeout(request);
        Optional<String> name = request.service();
        ObjectNode idle = JsonNodeFactory.instance.objectNode().put("idle", true);
        return waits.await(
                onIdle -> whenIdle(name, onIdle),
                Optional.of(timeout),
                () -> notIdle(name, timeout),
                ApiAnswer.json(200, idle));
    }

    private Runnable whenIdle(Optional<String> name, Runnable onIdle) throws ApiException {
        if (name.isEmpty()) {
            return listeners.whenIdle(onIdle);
        }
        if (!isKnown(name.get())) {
            throw unknownService(name.get());
        }
        return listeners.whenIdle(name.get(), onIdle);
    }

    private ApiException notIdle(Optional<String> name, Duration timeout) {
        List<RouteStatus> busy = listeners.status().stream()
                .filter(route -> name.isEmpty() || route.service().name().equals(name.get()))
                .filter(route -> route.service().inFlight() > 0)
                .toList();
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        int inFlight =
                busy.stream().mapToInt(route -> route.service().inFlight()).sum();
        details.put("inFlight", inFlight);
        ArrayNode services = details.putArray("services");
        busy.stream().map(route -> route.service().name()).distinct().forEach(services::add);
        return new ApiException(
                504,
                "NOT_IDLE",
                inFlight + " in flight after " + timeout.toMillis() + " ms; pause first, or wait longer",
                details);
    }

    // --- registry thread

    private boolean isKnown(String name) {
        return listeners.status().stream()
                .anyMatch(route -> route.service().name().equals(name));
    }

    private List<? extends Service<?>> services(String name) throws ApiException {
        List<? extends Service<?>> named = listeners.named(name);
        if (named.isEmpty()) {
            throw unknownService(name);
        }
        return named;
    }

    private static ApiException unknownService(String name) {
        return new ApiException(
                404,
                "UNKNOWN_SERVICE",
                "no service '" + name + "' is registered; GET /v1/services lists those that are");
    }

    private static ApiException unknownSession(String id) {
        return new ApiException(
                404,
                "UNKNOWN_SESSION",
                "no session '" + id + "' is there (any more); GET /v1/sessions lists those that are");
    }
}
