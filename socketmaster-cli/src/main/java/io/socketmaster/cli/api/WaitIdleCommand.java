package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code socketmaster wait-idle}: until nothing is in flight. */
@Command(
        name = "wait-idle",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description = {
            "Waits until nothing is in flight. What is held and idle connections do not count.",
            "",
            "Without a pause that is true for a moment only."
        },
        exitCodeList = {
            "0:idle",
            "1:not idle in time, or unknown service",
            "2:wrong usage",
            "4:no daemon can be reached"
        })
final class WaitIdleCommand extends DaemonOptions {
    @Parameters(index = "0", arity = "0..1", paramLabel = "SERVICE", description = "The service. Default: everything")
    private String service;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long to wait, at most 1h. Default: 30s")
    private Duration timeout;

    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        String target = target("idle", service);
        JsonNode answer =
                client.get(target + (service == null ? "?" : "&") + "timeout=" + encode(timeout.toString()), timeout);
        print(answer, "Idle.");
        return DONE;
    }
}
