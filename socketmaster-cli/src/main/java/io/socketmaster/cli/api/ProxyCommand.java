package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.socketmaster.cli.proxy.ForegroundProxy;
import io.socketmaster.cli.proxy.TcpauseConfig;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.server.backend.BackendAddress;
import io.socketmaster.server.backend.BackendSpec;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.listener.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code socketmaster proxy}: a port goes to an address, without an agent. */
@Command(
        name = "proxy",
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = {
            "socketmaster proxy [OPTIONS] LISTEN BACKEND",
            "       socketmaster proxy --remove NAME",
            "       socketmaster proxy --config FILE [FLAGS]"
        },
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        description = {
            "Sends every connection to LISTEN on to BACKEND, which knows nothing of it. A connection that is refused waits"
                    + " until BACKEND answers.",
            "",
            "The daemon does it, and the command returns. Where none runs, or with --foreground, this process is the"
                    + " daemon, until it is stopped. Said again with another BACKEND, it switches.",
            "",
            "With --config or one of its flags this is the pausing proxy TCPause, in this process."
        },
        exitCodeList = {
            "0:made; in the foreground: told to stop, and stopped",
            "1:refused, for example because the port is in use",
            "2:wrong usage, or a configuration that cannot be used",
            "4:the daemon that was named cannot be reached"
        })
final class ProxyCommand extends DaemonOptions {
    private static final int MAX_PORT = 65_535;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "LISTEN",
            description = "Where clients come: PORT, HOST:PORT or unix:/PATH[?mode=0660&owner=USER:GROUP].")
    private String listen;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "BACKEND",
            description = "Where they go: HOST:PORT, PORT or unix:/PATH.")
    private String backend;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "By which it is switched, paused and removed. Default: LISTEN as written")
    private String name;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "On loopback, GET /switch?backend=ADDRESS switches, and GET /current tells. Default: nowhere")
    private Integer httpPort;

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long a connection that is refused waits. Default: 30s")
    private Duration hold;

    @Option(names = "--remove", paramLabel = "NAME", description = "Take it away instead; open connections finish.")
    private String remove;

    @Option(names = "--foreground", description = "Be the daemon, on a free control port.")
    private boolean foreground;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "A YAML file of TCPause. Its flags, below, go before what it says.")
    private Path config;

    @ArgGroup(exclusive = false, validate = false, heading = "%nFlags of TCPause:%n")
    private final TcpauseFlags flags = new TcpauseFlags();

    @Override
    int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        if (config != null || !flags.given().isEmpty()) {
            return pausing();
        }
        if (remove != null) {
            client.delete(target(remove));
            return DONE;
        }
        if (listen == null || backend == null) {
            throw wrongUsage("LISTEN and BACKEND are missing, such as: socketmaster proxy 8080 localhost:4444");
        }
        if (httpPort != null && (httpPort < 0 || httpPort > MAX_PORT)) {
            throw wrongUsage("--http-port " + httpPort + " is not between 0 and " + MAX_PORT);
        }
        if (name == null) {
            name = listen;
        }
        if (foreground) {
            return inForeground(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
        try {
            return byDaemon(client);
        } catch (DaemonUnreachableException e) {
            if (isDaemonNamed()) {
                throw e;
            }
            return inForeground(DaemonSettings.DEFAULTS.bind());
        }
    }

    private static String target(String backendName) {
        return "/v1/backends/" + encode(backendName);
    }

    private int byDaemon(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("listen", listen);
        body.put("backend", backend);
        body.put("hold", hold.toString());
        if (httpPort != null) {
            body.put("switchPort", httpPort);
        }
        JsonNode answer = client.put(target(name), body);
        print(
                answer,
                answer.path("listen").asText() + " goes to "
                        + answer.path("backend").asText() + " now.");
        return DONE;
    }

    private int inForeground(InetSocketAddress control) throws IOException {
        BackendSpec spec;
        try {
            spec = BackendSpec.of(name, ListenAddress.parse(listen), BackendAddress.parse(backend))
                    .withHold(hold);
        } catch (ProtocolException e) {
            throw wrongUsage(e.getMessage());
        }
        return ForegroundProxy.switching(DaemonSettings.DEFAULTS.withBind(control), spec, Optional.ofNullable(httpPort))
                .runUntilStopped();
    }

    private int pausing() throws IOException {
        if (listen != null || remove != null || httpPort != null) {
            throw wrongUsage(
                    "LISTEN, --remove and --http-port do not go with --config or a flag of TCPause; leave out either");
        }
        return ForegroundProxy.pausing(TcpauseConfig.of(Optional.ofNullable(config), flags.given()))
                .runUntilStopped();
    }
}
