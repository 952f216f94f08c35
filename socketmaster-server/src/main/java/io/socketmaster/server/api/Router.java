package io.socketmaster.server.api;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The API's table, and how a request is matched against it. Immutable; any thread. */
final class Router {
    /** The parameter that stands for a service's name where the path has none. */
    static final String NAME = "name";

    static final String TIMEOUT = "timeout";

    static final Set<String> PAUSE_FIELDS = Set.of("mode", "ttl", "reason", "replace");
    static final Set<String> DRAIN_FIELDS = Set.of("deadline");

    private static final Set<String> NO_PARAMETERS = Set.of();
    private static final Set<String> NO_BODY = Set.of();

    private final List<Endpoint> table;

    private final Function<ApiException, ApiAnswer> refusal;

    private Router(List<Endpoint> table, Function<ApiException, ApiAnswer> refusal) {
        this.table = table;
        this.refusal = refusal;
    }

    /** What the control socket answers. */
    static Router control(Endpoints endpoints, BackendEndpoints backends, TcpausePaths paths) {
        Set<String> name = Set.of(NAME);
        List<Endpoint> table = new ArrayList<>(List.of(
                get("v1/status", NO_PARAMETERS, endpoints::status),
                get("v1/routes", NO_PARAMETERS, endpoints::routes),
                get("v1/services", name, endpoints::services),
                get("v1/services/{}", NO_PARAMETERS, endpoints::services),
                get("v1/sessions", NO_PARAMETERS, endpoints::sessions),
                get("v1/sessions/{}", NO_PARAMETERS, endpoints::session),
                post("v1/pause", name, PAUSE_FIELDS, endpoints::pause),
                post("v1/services/{}/pause", NO_PARAMETERS, PAUSE_FIELDS, endpoints::pause),
                post("v1/resume", name, NO_BODY, endpoints::resume),
                post("v1/services/{}/resume", NO_PARAMETERS, NO_BODY, endpoints::resume),
                post("v1/drain", name, DRAIN_FIELDS, endpoints::drainService),
                post("v1/services/{}/drain", NO_PARAMETERS, DRAIN_FIELDS, endpoints::drainService),
                post("v1/sessions/{}/drain", NO_PARAMETERS, DRAIN_FIELDS, endpoints::drainSession),
                wait("v1/idle", Set.of(NAME, TIMEOUT), endpoints::idle),
                wait("v1/services/{}/idle", Set.of(TIMEOUT), endpoints::idle),
                get("v1/backends", NO_PARAMETERS, backends::list),
                get("v1/backends/{}", NO_PARAMETERS, backends::list),
                command("PUT", "v1/backends/{}", BackendEndpoints.PUT_FIELDS, backends::put),
                command("DELETE", "v1/backends/{}", NO_BODY, backends::remove),
                post("v1/backends/{}/switch", NO_PARAMETERS, BackendEndpoints.SWITCH_FIELDS, backends::switchTo),
                wait("v1/backends/{}/idle", Set.of(TIMEOUT), backends::idle),
                row("GET", "v1/events", NO_PARAMETERS, NO_BODY, Endpoint.Kind.STREAM, request -> {
                    throw new IllegalStateException("the connection streams by itself");
                })));
        table.addAll(table(paths));
        return new Router(List.copyOf(table), ApiException::toAnswer);
    }

    /** A door for scripts that pause one service. */
    static Router pausing(TcpausePaths paths) {
        return new Router(table(paths), ApiException::toAnswer);
    }

    private static List<Endpoint> table(TcpausePaths paths) {
        return List.of(
                get("paused", NO_PARAMETERS, paths::paused),
                command("PUT", "paused", NO_BODY, paths::put),
                command("DELETE", "paused", NO_BODY, paths::delete),
                wait("paused/block-until-idle", NO_PARAMETERS, paths::blockUntilIdle));
    }

    /** A door for scripts that switch one backend. */
    static Router switching(SwitchPaths paths) {
        return new Router(
                List.of(
                        get("switch", Set.of(SwitchPaths.BACKEND), paths::switchTo),
                        get("current", NO_PARAMETERS, paths::current)),
                SwitchPaths::refusal);
    }

    /** How what is refused is said here. */
    ApiAnswer explain(ApiException refused) {
        return refusal.apply(refused);
    }

    private static Endpoint get(String path, Set<String> query, Endpoint.Handler handler) {
        return row("GET", path, query, NO_BODY, Endpoint.Kind.COMMAND, handler);
    }

    private static Endpoint wait(String path, Set<String> query, Endpoint.Handler handler) {
        return row("GET", path, query, NO_BODY, Endpoint.Kind.WAIT, handler);
    }

    private static Endpoint command(String method, String path, Set<String> fields, Endpoint.Handler handler) {
        return row(method, path, NO_PARAMETERS, fields, Endpoint.Kind.COMMAND, handler);
    }

    private static Endpoint post(String path, Set<String> query, Set<String> fields, Endpoint.Handler handler) {
        return row("POST", path, query, fields, Endpoint.Kind.COMMAND, handler);
    }

    private static Endpoint row(
            String method,
            String path,
            Set<String> query,
            Set<String> fields,
            Endpoint.Kind kind,
            Endpoint.Handler handler) {
        return new Endpoint(method, List.of(path.split("/")), query, fields, kind, handler);
    }

    /** What was asked for, and by whom it is carried out. */
    record Match(Endpoint endpoint, ApiRequest request) {}

    /**
     * Matches a request that {@link RequestGuard} let through.
     *
     * @throws ApiException saying what does not fit
     */
    Match match(FullHttpRequest http) throws ApiException {
        Target target = Target.parse(http.uri());
        Endpoint endpoint = find(http.method().name(), target);
        for (String parameter : target.query().keySet()) {
            if (!endpoint.query().contains(parameter)) {
                throw ApiException.badRequest(
                        "UNKNOWN_PARAMETER", "'" + parameter + "' means nothing to " + endpoint.describe());
            }
        }
        return new Match(
                endpoint, new ApiRequest(endpoint.variable(target.path()), target.query(), fields(http, endpoint)));
    }

    private Endpoint find(String method, Target target) throws ApiException {
        List<Endpoint> there =
                table.stream().filter(row -> row.matches(target.path())).toList();
        if (there.isEmpty()) {
            throw new ApiException(
                    404,
                    "UNKNOWN_PATH",
                    "there is nothing at this path; GET " + firstPath() + " is a good place to begin");
        }
        for (Endpoint row : there) {
            if (row.methods().contains(method)) {
                return row;
            }
        }
        String allowed =
                there.stream().flatMap(row -> row.methods().stream()).sorted().collect(Collectors.joining(", "));
        throw ApiException.methodNotAllowed(method, allowed);
    }

    private String firstPath() {
        return "/" + String.join("/", table.get(0).path());
    }

    private static Fields fields(FullHttpRequest http, Endpoint endpoint) throws ApiException {
        boolean hasBody = http.content().isReadable();
        if (!endpoint.method().equals("GET")) {
            RequestGuard.checkContentType(http.headers());
        }
        if (!hasBody) {
            return Fields.none();
        }
        if (endpoint.fields().isEmpty()) {
            throw ApiException.badRequest(
                    "UNEXPECTED_BODY", endpoint.describe() + " takes no body; leave it out, nothing was changed");
        }
        RequestGuard.checkContentTypeOfBody(http.headers());
        return Fields.parse(ByteBufUtil.getBytes(http.content()), endpoint.fields());
    }
}
