package io.socketmaster.server.api;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One row of the API's table.
 *
 * @param method of HTTP
 * @param path its segments; {@value #VARIABLE} stands for any
 * @param query the parameters that it knows
 * @param fields the fields of its body; empty: it takes no body
 * @param kind how long it takes
 * @param handler carries it out; a cancelled answer is not wanted any more
 */
record Endpoint(String method, List<String> path, Set<String> query, Set<String> fields, Kind kind, Handler handler) {
    static final String VARIABLE = "{}";

    /** How long an answer takes. */
    enum Kind {
        /** A moment. */
        COMMAND,
        /** As long as the client wants to wait; a client that leaves has its answer cancelled. */
        WAIT,
        /** No end: the client follows the events, and there is no handler. */
        STREAM
    }

    /** Called on the connection's loop; the answer may be completed on any thread. */
    @FunctionalInterface
    interface Handler {
        CompletableFuture<ApiAnswer> answer(ApiRequest request) throws ApiException;
    }

    /** HEAD is wherever GET is (RFC 9110 section 9.1). */
    List<String> methods() {
        return method.equals("GET") ? List.of("GET", "HEAD") : List.of(method);
    }

    boolean matches(List<String> segments) {
        if (segments.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < segments.size(); i++) {
            if (!path.get(i).equals(VARIABLE) && !path.get(i).equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    Optional<String> variable(List<String> segments) {
        int at = path.indexOf(VARIABLE);
        return at < 0 ? Optional.empty() : Optional.of(segments.get(at));
    }

    /** For people: {@code POST /v1/services/{}/pause}. */
    String describe() {
        return method + " /" + String.join("/", path);
    }
}
