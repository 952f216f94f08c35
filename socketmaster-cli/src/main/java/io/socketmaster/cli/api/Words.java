package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The API's answers as people say it. Pure functions. */
final class Words {
    /** How much of a reason fits into a table. */
    private static final int REASON_SHOWN = 24;

    private Words() {}

    /** A duration in its two largest units: {@code 850ms}, {@code 12s}, {@code 3m 5s}, {@code 2h 10m}, {@code 4d 1h}. */
    static String duration(long millis) {
        Duration time = Duration.ofMillis(millis);
        if (millis < 1_000) {
            return millis + "ms";
        }
        if (time.toMinutes() == 0) {
            return time.toSeconds() + "s";
        }
        if (time.toHours() == 0) {
            return time.toMinutes() + "m" + more(time.toSecondsPart(), "s");
        }
        if (time.toDays() == 0) {
            return time.toHours() + "h" + more(time.toMinutesPart(), "m");
        }
        return time.toDays() + "d" + more(time.toHoursPart(), "h");
    }

    /** How long it is still to last. Rounded up to seconds: what was said a moment ago to last 3 s has them before it. */
    static String left(long millis) {
        return duration(millis < 1_000 ? millis : (millis + 999) / 1_000 * 1_000);
    }

    private static String more(int count, String unit) {
        return count == 0 ? "" : " " + count + unit;
    }

    /** {@code hold, ends in 28s: deploy}. */
    static String pause(JsonNode pause) {
        StringBuilder words = new StringBuilder(pause.path("mode").asText());
        if (pause.path("endsInMillis").isNumber()) {
            words.append(", ends in ").append(left(pause.path("endsInMillis").asLong()));
        }
        String reason = pause.path("reason").asText();
        return reason.isEmpty() ? words.toString() : words + ": " + reason;
    }

    /** {@code http *:8000 example.com/a}. */
    static String route(JsonNode route) {
        List<String> hosts = new ArrayList<>();
        route.path("hosts").forEach(host -> hosts.add(host.asText()));
        String path = route.path("path").asText();
        String place = String.join(",", hosts) + (path.equals("/") ? "" : path);
        return (route.path("kind").asText() + " " + route.path("address").asText() + " " + place).strip();
    }

    /** Whether a service can be reached, in a few words: {@code paused, 28s left: deploy 7}. */
    static String state(JsonNode service) {
        JsonNode pause = service.path("paused");
        String state = service.path("state").asText();
        if (state.equals("serving") && pause.isObject()) {
            return shortPause(pause);
        }
        String words = switch (state) {
            case "absent" -> "away, " + left(service.path("expiresInMillis").asLong()) + " left";
            case "awaiting-ready" -> "not ready";
            case "unclaimed" -> "leaving";
            default -> state;
        };
        return pause.isObject() ? words + "; " + shortPause(pause) : words;
    }

    private static String shortPause(JsonNode pause) {
        String mode = pause.path("mode").asText().equals("reject") ? "rejecting" : "paused";
        String left = pause.path("endsInMillis").isNumber()
                ? ", " + left(pause.path("endsInMillis").asLong()) + " left"
                : "";
        String reason = pause.path("reason").asText();
        String cut = reason.length() > REASON_SHOWN ? reason.substring(0, REASON_SHOWN - 1) + "…" : reason;
        return mode + left + (cut.isEmpty() ? "" : ": " + cut);
    }

    /** {@code s4 ready, s2 draining}. */
    static String sessions(JsonNode service) {
        List<String> sessions = new ArrayList<>();
        service.path("generations")
                .forEach(each -> sessions.add(
                        each.path("session").asText() + " " + each.path("state").asText()));
        return sessions.isEmpty() ? "-" : String.join(", ", sessions);
    }
}
