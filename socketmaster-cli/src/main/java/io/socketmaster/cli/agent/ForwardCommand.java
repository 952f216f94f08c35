package io.socketmaster.cli.agent;

import io.socketmaster.client.Forwarding;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterException;
import io.socketmaster.client.session.Address;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code socketmaster forward}: a route to a program that listens on an address of its own. */
@Command(
        name = "forward",
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = "socketmaster forward --port PORT [OPTIONS] HOST:PORT|unix:PATH",
        descriptionHeading = "%n",
        description = {
            "Passes the connections of a public port, or a share of it, to a program that is already there, until it is told"
                    + " to stop.",
            "",
            "While the program does not accept connections, they wait for it (--hold) instead of being refused. Half-closed"
                    + " connections, resets and backpressure pass through."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:told to stop, or replaced by a newer one",
            "1:the daemon refused, for example because the port is in use",
            "2:wrong usage, or a file that cannot be read",
            "4:no daemon can be reached"
        },
        footerHeading = "%nExample:%n",
        footer = "  socketmaster forward --port 443 --domain api.example.com --cert c.pem --key k.pem localhost:3000")
final class ForwardCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ADDRESS", description = "Where the program listens.")
    private String program;

    @Mixin
    private RouteOptions route;

    @Mixin
    private CheckOptions check;

    @Mixin
    private Terminal terminal;

    @Override
    public Integer call() throws IOException {
        Address target = target();
        SocketDefinition definition = route.definition();
        SocketMasterClient.Builder client = route.client(definition);
        check.healthCheck().ifPresent(client::healthCheck);
        try {
            Forwarding forwarding = Forwardings.open(client, definition, target);
            terminal.print(
                    "Forwarding " + Wording.where(definition, forwarding.boundAddresses()) + " to " + target + ".");
            try (Signals signals = Signals.untilStopped(forwarding::drain, forwarding::closeNow)) {
                forwarding.closeFuture().join();
            }
            return ExitCodes.DONE;
        } catch (SocketMasterException e) {
            return fail(e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof SocketMasterException failure) {
                return fail(failure);
            }
            throw e;
        }
    }

    private Address target() {
        try {
            return Address.parse(program, "a program", "localhost:3000");
        } catch (IllegalArgumentException e) {
            throw terminal.wrongUsage(e.getMessage(), e);
        }
    }

    private int fail(SocketMasterException failure) {
        terminal.complain(failure.getMessage());
        return ExitCodes.of(failure);
    }
}
