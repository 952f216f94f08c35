package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code socketmaster ls}: the services. */
@Command(
        name = "ls",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description =
                "Lists the services: where they listen, whether they can be reached, what is in flight and what waits.",
        exitCodeList = {
            "0:listed",
            "1:the daemon did not answer as it should",
            "2:wrong usage",
            "4:no daemon can be reached"
        })
final class LsCommand extends DaemonOptions {
    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        JsonNode answer = client.get("/v1/services");
        if (isJson()) {
            print(answer.toString());
        } else if (answer.path("services").isEmpty()) {
            print("No service is registered.");
        } else {
            Table table = new Table("SERVICE", "ROUTE", "STATE", "#IN FLIGHT", "#HELD", "#REPLAYED", "SESSIONS");
            for (JsonNode service : answer.path("services")) {
                table.row(
                        service.path("name").asText(),
                        Words.route(service.path("route")),
                        Words.state(service),
                        service.path("inFlight").asText(),
                        service.path("held").asText(),
                        service.path("replayed").asText(),
                        Words.sessions(service));
            }
            table.lines().forEach(this::print);
        }
        return DONE;
    }
}
