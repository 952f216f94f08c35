package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code socketmaster drain}: asks a service to leave. */
@Command(
        name = "drain",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description = {
            "Gives a service nothing new, asks it to leave, and lets it finish what it has.",
            "",
            "Does not wait for the end: 'socketmaster wait-idle SERVICE' does."
        },
        exitCodeList = {
            "0:draining",
            "1:unknown service or session, or it is draining already",
            "2:wrong usage",
            "4:no daemon can be reached"
        })
final class DrainCommand extends DaemonOptions {
    @Parameters(
            index = "0",
            paramLabel = "SERVICE|SESSION",
            description = "A service, with all its sessions, or the id of one session as 'ls' shows it.")
    private String what;

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            description =
                    "When what has not ended is ended, TCP connections included. Default: what the service asked for")
    private Duration deadline;

    @Override
    String explain(RefusedException refusal) {
        return refusal.code().equals("UNKNOWN_SERVICE")
                ? "there is no service and no session '" + what + "'; 'socketmaster ls' shows those that are"
                : super.explain(refusal);
    }

    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (deadline != null) {
            body.put("deadline", deadline.toString());
        }
        String target = isSession(client) ? "/v1/sessions/" + encode(what) + "/drain" : target("drain", what);
        JsonNode answer = client.post(target, Optional.of(body));
        List<String> sessions = new ArrayList<>();
        answer.path("draining").forEach(session -> sessions.add(session.asText()));
        print(answer, "Draining " + String.join(", ", sessions) + ".");
        return DONE;
    }

    /** A service goes before a session that has its name for an id. */
    private boolean isSession(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        for (JsonNode service : client.get("/v1/services").path("services")) {
            if (service.path("name").asText().equals(what)) {
                return false;
            }
        }
        for (JsonNode session : client.get("/v1/sessions").path("sessions")) {
            if (session.path("id").asText().equals(what)) {
                return true;
            }
        }
        return false;
    }
}
