package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code socketmaster pause}: new work waits. */
@Command(
        name = "pause",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description = {
            "Holds new requests and connections; what is in flight goes on.",
            "",
            "Each waits up to its service's hold, 30s if that does not say otherwise. A pause with --ttl ends by itself, so"
                    + " that a script that dies cannot leave a site paused."
        },
        exitCodeList = {
            "0:paused",
            "1:not paused: unknown service, or paused already",
            "2:wrong usage",
            "4:no daemon can be reached"
        })
final class PauseCommand extends DaemonOptions {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SERVICE",
            description = "The service. Default: everything, what registers later included")
    private String service;

    @Option(names = "--reject", description = "Refuse instead of holding: 503 with Retry-After, a reset for TCP.")
    private boolean reject;

    @Option(names = "--ttl", paramLabel = "TIME", description = "When the pause ends by itself. Default: never")
    private Duration ttl;

    @Option(names = "--reason", paramLabel = "TEXT", description = "For people who wonder.")
    private String reason;

    @Option(names = "--replace", description = "Take the place of the pause in force, if there is one.")
    private boolean replace;

    @Override
    String explain(RefusedException refusal) {
        return refusal.code().equals("ALREADY_PAUSED")
                ? (service == null ? "everything" : "service " + service)
                        + " is paused already, and stays so as it was; resume it first, or say --replace"
                : super.explain(refusal);
    }

    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("mode", reject ? "reject" : "hold");
        if (ttl != null) {
            body.put("ttl", ttl.toString());
        }
        if (reason != null) {
            body.put("reason", reason);
        }
        body.put("replace", replace);
        JsonNode answer = client.post(target("pause", service), Optional.of(body));
        print(
                answer,
                "Paused " + (service == null ? "everything" : service) + " (" + Words.pause(answer.path("paused"))
                        + ").");
        return DONE;
    }
}
