package io.socketmaster.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code socketmaster events}: what happens, as it happens. */
@Command(
        name = "events",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description =
                "Prints what happens to services, sessions, ports and pauses, as it happens, until it is interrupted.",
        exitCodeList = {
            "0:the daemon ended",
            "1:the daemon would not, or lost patience because this was read too slowly",
            "2:wrong usage",
            "4:no daemon can be reached"
        })
final class EventsCommand extends DaemonOptions {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    private boolean dropped;

    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        client.follow("/v1/events", this::event);
        return dropped ? NOT_DONE : DONE;
    }

    private void event(String line) {
        try {
            JsonNode event = JSON.readTree(line);
            dropped |= event.path("event").asText().equals("dropped");
            print(isJson() ? line : words(event));
        } catch (JsonProcessingException e) {
            say("the daemon sent a line that is no JSON: " + e.getOriginalMessage());
        }
        flush();
    }

    /** {@code 12:00:01.250  swapped       service=web from=1 to=2}. */
    static String words(JsonNode event) {
        StringBuilder words = new StringBuilder(String.format(
                Locale.ROOT,
                "%s  %-13s",
                time(event.path("time").asText()),
                event.path("event").asText()));
        for (Iterator<Map.Entry<String, JsonNode>> fields = event.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals("time")
                    || name.equals("event")
                    || value.isNull()
                    || value.asText().isEmpty()) {
                continue;
            }
            words.append(' ');
            if (name.endsWith("Millis")) {
                words.append(name, 0, name.length() - "Millis".length())
                        .append('=')
                        .append(Words.duration(value.asLong()).replace(" ", ""));
            } else {
                words.append(name)
                        .append('=')
                        .append(value.asText().indexOf(' ') >= 0 ? "\"" + value.asText() + "\"" : value.asText());
            }
        }
        return words.toString();
    }

    private static String time(String instant) {
        try {
            return CLOCK.format(Instant.parse(instant));
        } catch (DateTimeParseException unknown) {
            return instant;
        }
    }
}
