package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code socketmaster resume}: the end of a pause. */
@Command(
        name = "resume",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description = "Ends a pause. Without SERVICE the pause of everything; services paused by name stay paused.",
        exitCodeList = {
            "0:resumed, or was not paused",
            "1:unknown service",
            "2:wrong usage",
            "4:no daemon can be reached"
        })
final class ResumeCommand extends DaemonOptions {
    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "The service. Default: everything")
    private String service;

    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        JsonNode answer = client.post(target("resume", service), Optional.empty());
        print(answer, words(answer.path("resumed").asBoolean()));
        if (answer.path("paused").isObject()) {
            say("it is still paused with everything else; 'socketmaster resume' ends that");
        }
        return DONE;
    }

    private String words(boolean resumed) {
        if (service == null) {
            return resumed ? "Everything is resumed." : "There was no pause of everything.";
        }
        return service + (resumed ? " is resumed." : " was not paused.");
    }
}
