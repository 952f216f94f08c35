package io.socketmaster.server.api;

import io.socketmaster.server.backend.BackendAddress;
import io.socketmaster.server.backend.Backends;
import java.util.concurrent.CompletableFuture;

/**
 * The paths of the TCP proxy with a switch over HTTP (github.com/tebeka/seamless), for one backend: {@code GET
 * /switch?backend=ADDRESS} and {@code GET /current}, in plain text. Any thread.
 */
final class SwitchPaths {
    static final String BACKEND = "backend";

    private final Registry registry;
    private final Backends backends;
    private final String name;

    SwitchPaths(Registry registry, Backends backends, String name) {
        this.registry = registry;
        this.backends = backends;
        this.name = name;
    }

    CompletableFuture<ApiAnswer> switchTo(ApiRequest request) throws ApiException {
        String backend = request.query().getOrDefault(BACKEND, "");
        if (backend.isEmpty()) {
            throw ApiException.badRequest("BACKEND_MISSING", "missing 'backend' parameter");
        }
        BackendAddress address = BackendEndpoints.address(backend);
        return backends.switchTo(name, address)
                .handle((status, failure) ->
                        plain(BackendEndpoints.known(name, status, failure).backend()));
    }

    CompletableFuture<ApiAnswer> current(ApiRequest request) {
        return registry.ask(() -> plain(backends.status(name)
                .orElseThrow(() -> BackendEndpoints.unknown(name))
                .backend()));
    }

    private static ApiAnswer plain(BackendAddress backend) {
        return ApiAnswer.plain(200, backend.toString());
    }

    /** Errors in plain text, too. */
    static ApiAnswer refusal(ApiException refusal) {
        return ApiAnswer.plain(refusal.status(), "error: " + refusal.getMessage());
    }
}
