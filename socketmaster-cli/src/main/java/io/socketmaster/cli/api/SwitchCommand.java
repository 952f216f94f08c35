package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code socketmaster switch}: a plain backend's new connections go elsewhere. */
@Command(
        name = "switch",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description = {
            "Sends a plain backend's new connections to another address, in one step; old ones finish where they are.",
            "",
            "Whether the new address answers is not looked at: connections that it refuses wait until it does."
        },
        exitCodeList = {
            "0:switched; with --wait: and the old side is idle",
            "1:unknown backend; with --wait: switched, and the old side was not idle in time",
            "2:wrong usage, such as an address that does not parse",
            "4:no daemon can be reached"
        })
final class SwitchCommand extends DaemonOptions {
    @Parameters(index = "0", paramLabel = "NAME", description = "The backend, as 'proxy' was given it.")
    private String name;

    @Parameters(index = "1", paramLabel = "ADDRESS", description = "HOST:PORT, PORT or unix:/PATH.")
    private String address;

    @Option(names = "--wait", description = "Return when nothing is in flight to the old address any more.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long --wait waits, at most 1h. Default: 30s")
    private Duration timeout;

    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        String backend = "/v1/backends/" + encode(name);
        JsonNode answer = client.post(
                backend + "/switch",
                Optional.of(JsonNodeFactory.instance.objectNode().put("backend", address)));
        int leaving = answer.path("leaving").asInt();
        String words = name + " goes to " + answer.path("backend").asText() + " now";
        if (wait) {
            client.get(backend + "/idle?timeout=" + encode(timeout.toString()), timeout);
            print(answer, words + "; the old side is idle.");
        } else {
            print(
                    answer,
                    words + (leaving == 0 ? "." : "; " + leaving + " earlier connections finish where they are."));
        }
        return DONE;
    }
}
