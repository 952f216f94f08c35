package io.socketmaster.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a client gets.
 *
 * @param status of HTTP
 * @param body JSON, or nothing
 * @param headers besides those that every answer has
 */
record ApiAnswer(int status, byte[] body, Map<String, String> headers) {
    /** JSON and a line feed, so that it looks right in a terminal. */
    static ApiAnswer json(int status, JsonNode body) {
        return text(status, body + "\n");
    }

    static ApiAnswer text(int status, String json) {
        return new ApiAnswer(status, json.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** A line for people. */
    static ApiAnswer plain(int status, String line) {
        return text(status, line + "\n").with("Content-Type", "text/plain; charset=utf-8");
    }

    static ApiAnswer empty(int status) {
        return new ApiAnswer(status, new byte[0], Map.of());
    }

    ApiAnswer with(String header, String value) {
        return new ApiAnswer(status, body, Map.of(header, value));
    }
}
