package io.socketmaster.server.api;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A request that fits its endpoint.
 *
 * @param variable what stands in the place of the path's variable; empty if it has none
 * @param query each of its parameters is one that the endpoint knows
 * @param fields of the body
 */
record ApiRequest(Optional<String> variable, Map<String, String> query, Fields fields) {
    /** The service that is meant: in the path, or as {@code ?name=}; empty: all of them. */
    Optional<String> service() {
        return variable.or(() -> Optional.ofNullable(query.get(Router.NAME)));
    }

    Duration duration(String parameter, Duration fallback) throws ApiException {
        String text = query.get(parameter);
        return text == null ? fallback : Fields.toDuration(parameter, text);
    }
}
