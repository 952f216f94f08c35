package io.socketmaster.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.server.backend.BackendAddress;
import io.socketmaster.server.backend.BackendSpec;
import io.socketmaster.server.backend.BackendStatus;
import io.socketmaster.server.backend.Backends;
import io.socketmaster.server.listener.ListenAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** What the rows about plain backends do. Any thread. */
final class BackendEndpoints {
    static final Set<String> PUT_FIELDS = Set.of("listen", "backend", "hold", "switchPort");
    static final Set<String> SWITCH_FIELDS = Set.of("backend");
    private static final String BY_OPERATOR = "an operator removed it";

    private final Registry registry;
    private final Backends backends;
    private final Doors doors;
    private final Waits waits;
    private final Executor preparation;

    /** @param preparation looks up host names */
    BackendEndpoints(Registry registry, Backends backends, Doors doors, Waits waits, Executor preparation) {
        this.registry = registry;
        this.backends = backends;
        this.doors = doors;
        this.waits = waits;
        this.preparation = preparation;
    }

    CompletableFuture<ApiAnswer> list(ApiRequest request) {
        Optional<String> name = request.variable();
        return registry.ask(() -> {
            if (name.isPresent()) {
                BackendStatus status = backends.status(name.get()).orElseThrow(() -> unknown(name.get()));
                return ApiAnswer.json(200, json(status));
            }
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            ArrayNode all = json.putArray("backends");
            backends.status().forEach(each -> all.add(json(each)));
            return ApiAnswer.json(200, json);
        });
    }

    /** The small switch is there before the route is: nothing is half made. */
    CompletableFuture<ApiAnswer> put(ApiRequest request) throws ApiException {
        String name = request.variable().orElseThrow();
        Fields fields = request.fields();
        String listen = required(fields, "listen", "where clients come: 8080, 127.0.0.1:8080 or unix:/run/web.sock");
        BackendAddress backend = address(fields);
        Duration hold = fields.duration("hold").orElse(RegistrationOptions.DEFAULT_HOLD);
        Optional<Integer> switchPort = fields.port("switchPort");
        return CompletableFuture.supplyAsync(() -> spec(name, listen, backend, hold), preparation)
                .thenCompose(spec -> doors.withSwitch(spec.name(), switchPort, () -> backends.put(spec)))
                .handle((put, failure) -> {
                    refuseIf(failure);
                    return ApiAnswer.json(put.created() ? 201 : 200, json(put.status()));
                });
    }

    private static BackendSpec spec(String name, String listen, BackendAddress backend, Duration hold) {
        try {
            return BackendSpec.of(name, ListenAddress.parse(listen), backend).withHold(hold);
        } catch (IllegalArgumentException e) {
            throw new CompletionException(ApiException.badRequest("BAD_FIELD", e.getMessage()));
        } catch (ProtocolException e) {
            throw new CompletionException(e);
        }
    }

    CompletableFuture<ApiAnswer> switchTo(ApiRequest request) throws ApiException {
        String name = request.variable().orElseThrow();
        return backends.switchTo(name, address(request.fields()))
                .handle((status, failure) -> ApiAnswer.json(200, json(known(name, status, failure))));
    }

    CompletableFuture<ApiAnswer> remove(ApiRequest request) {
        String name = request.variable().orElseThrow();
        return backends.remove(name, BY_OPERATOR).thenApply(removed -> {
            doors.closeSwitch(name);
            if (!removed) {
                throw new CompletionException(unknown(name));
            }
            return ApiAnswer.empty(204);
        });
    }

    /** Until nothing is in flight to an address that the backend was switched away from. */
    CompletableFuture<ApiAnswer> idle(ApiRequest request) throws ApiException {
        String name = request.variable().orElseThrow();
        Duration timeout = Waits.timeout(request);
        ObjectNode idle = JsonNodeFactory.instance.objectNode().put("idle", true);
        return waits.await(
                onIdle -> backends.whenLeft(name, onIdle).orElseThrow(() -> unknown(name)),
                Optional.of(timeout),
                () -> notIdle(name, timeout),
                ApiAnswer.json(200, idle));
    }

    private ApiException notIdle(String name, Duration timeout) {
        int leaving = backends.status(name).map(BackendStatus::leaving).orElse(0);
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("inFlight", leaving);
        return new ApiException(
                504,
                "NOT_IDLE",
                leaving + " connections to the earlier address are open after " + timeout.toMillis()
                        + " ms; new ones go to the new address all the same",
                details);
    }

    private static String required(Fields fields, String field, String meaning) throws ApiException {
        return fields.text(field)
                .orElseThrow(() -> ApiException.badRequest("FIELD_MISSING", "say '" + field + "': " + meaning));
    }

    static BackendAddress address(Fields fields) throws ApiException {
        String text = required(fields, "backend", "where they go: localhost:4444 or unix:/run/app.sock");
        return address(text);
    }

    static BackendAddress address(String text) throws ApiException {
        try {
            return BackendAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("BAD_ADDRESS", e.getMessage());
        }
    }

    private static ObjectNode json(BackendStatus status) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", status.name());
        json.put("listen", status.listen());
        json.put("backend", status.backend().toString());
        json.put("session", status.session());
        json.put("reachable", status.reachable());
        json.put("inFlight", status.inFlight());
        json.put("leaving", status.leaving());
        json.put("held", status.held());
        return json;
    }

    static ApiException unknown(String name) {
        return new ApiException(
                404, "UNKNOWN_BACKEND", "there is no backend '" + name + "'; GET /v1/backends lists those that are");
    }

    /**
     * The backend that was changed.
     *
     * @throws CompletionException of an {@link ApiException} if there is none, or it was refused
     */
    static BackendStatus known(String name, Optional<BackendStatus> status, Throwable failure) {
        refuseIf(failure);
        return status.orElseThrow(() -> new CompletionException(unknown(name)));
    }

    /** A refusal in the protocol's words, as HTTP says it. */
    private static void refuseIf(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ProtocolException refusal) {
            int status = switch (refusal.code()) {
                case PORT_IN_USE, KIND_CONFLICT, NAME_OWNED -> 409;
                case PORT_DENIED, DENIED -> 403;
                case LIMIT, UNAVAILABLE -> 503;
                default -> 400;
            };
            throw new CompletionException(
                    new ApiException(status, refusal.code().name(), refusal.getMessage()));
        }
        if (cause != null) {
            throw new CompletionException(cause);
        }
    }
}
