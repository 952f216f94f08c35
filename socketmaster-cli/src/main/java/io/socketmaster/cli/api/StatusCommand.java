package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code socketmaster status}: the daemon. */
@Command(
        name = "status",
        sortOptions = false,
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description =
                "Tells how the daemon is: since when it runs, what is in flight, what waits, whether it is paused.",
        exitCodeList = {
            "0:told",
            "1:the daemon did not answer as it should",
            "2:wrong usage",
            "4:no daemon can be reached"
        })
final class StatusCommand extends DaemonOptions {
    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        JsonNode status = client.get("/v1/status");
        if (isJson()) {
            print(status.toString());
            return DONE;
        }
        int services = status.path("services").asInt();
        print("daemon     " + status.path("version").asText() + " at " + client.address() + ", up "
                + Words.duration(status.path("uptimeMillis").asLong()));
        print("services   " + services + ", " + status.path("servingServices").asInt() + " serving, "
                + status.path("pausedServices").asInt() + " paused");
        print("sessions   " + status.path("sessions").asInt());
        print("in flight  " + status.path("inFlight").asInt());
        print("held       " + status.path("held").asInt() + " of at most "
                + status.path("heldLimit").asInt());
        print("replayed   " + status.path("replayed").asLong());
        JsonNode pause = status.path("paused");
        print("paused     " + (pause.isObject() ? "everything (" + Words.pause(pause) + ")" : "no"));
        return DONE;
    }
}
