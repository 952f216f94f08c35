package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** The daemon did not do what it was asked for, and said why. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final Set<String> UNKNOWN = Set.of("UNKNOWN_SERVICE", "UNKNOWN_SESSION", "UNKNOWN_BACKEND");

    private final int status;
    private final transient JsonNode answer;

    RefusedException(int status, JsonNode answer) {
        super(answer.path("message").asText("the daemon answered with status " + status));
        this.status = status;
        this.answer = answer;
    }

    /** Whether the request itself was wrong, rather than the moment. */
    boolean isUsage() {
        return status == 400;
    }

    /** Whether what was named is not there. */
    boolean isOfAName() {
        return UNKNOWN.contains(code());
    }

    /** What was the matter, for programs; empty if the daemon did not say. */
    String code() {
        return answer.path("code").asText();
    }

    JsonNode answer() {
        return answer;
    }
}
