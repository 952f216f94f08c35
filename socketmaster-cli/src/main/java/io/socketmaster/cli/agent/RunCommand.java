package io.socketmaster.cli.agent;

import io.socketmaster.client.Forwarding;
import io.socketmaster.client.ListenerEvents;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.forward.HealthCheck;
import io.socketmaster.client.session.Address;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code socketmaster run}: starts a program and gives it a route; the same line again replaces it. */
@Command(
        name = "run",
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = "socketmaster run --port PORT [OPTIONS] -- COMMAND [ARGUMENT...]",
        descriptionHeading = "%n",
        description = {
            "Starts COMMAND with a free port in the environment variable PORT (and for {port} in its arguments), waits until"
                    + " it answers, and passes the connections of a public port to it, until it is told to stop.",
            "",
            "The same line again deploys: the new copy takes over when it answers; the old one gets SIGTERM when what runs on"
                    + " it has finished or its --drain has passed, and its command ends. If the new copy never answers, the"
                    + " old one stays, and the new command fails.",
            "",
            "A program that crashes is started again; connections wait meanwhile (--hold). SIGTERM and SIGINT let what runs"
                    + " finish, a second one does not; SIGHUP and SIGWINCH go to the program."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:told to stop, or replaced by a newer copy",
            "1:the daemon refused, for example because the port is in use",
            "2:wrong usage, or a file that cannot be read",
            "3:the program could not be started, ended before it answered, or did not answer in time",
            "4:no daemon can be reached"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  socketmaster run --port 80 --path /api -- ./server",
            "  socketmaster run --port 80 --path / --ready /health -- node server.js --port {port}",
            "  socketmaster run --port 80 --path / -- gunicorn --bind unix:{socket} app"
        })
final class RunCommand implements Callable<Integer> {
    private static final List<String> PASSED_ON = List.of("HUP", "WINCH");

    @Parameters(index = "0..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run, and its arguments.")
    private List<String> command;

    @Mixin
    private RouteOptions route;

    @Option(
            names = "--unix",
            description =
                    "Have the program listen on a Unix socket instead of a port: its path is in SOCKET, and stands for"
                            + " {socket} in the arguments, which means the same.")
    private boolean unix;

    @Option(
            names = "--ready",
            paramLabel = "PATH",
            description =
                    "The program is ready when this HTTP path answers with a status of 2xx. Default: when it accepts"
                            + " connections, or what --check says")
    private String ready;

    @Option(
            names = "--start-timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long it may take until it is ready. Default: 30s")
    private Duration startTimeout;

    @Option(
            names = "--kill-after",
            paramLabel = "TIME",
            defaultValue = "10s",
            description = "How long it may take to end after SIGTERM, before it gets SIGKILL. Default: 10s")
    private Duration killAfter;

    @Mixin
    private CheckOptions check;

    @Mixin
    private Terminal terminal;

    @Override
    public Integer call() throws IOException {
        SocketDefinition definition = route.definition();
        if (startTimeout.isZero()) {
            throw terminal.wrongUsage(
                    "--start-timeout has to be longer than 0s; no program answers at once", /* cause= */ null);
        }
        Optional<HealthCheck> health = check.healthCheck();
        SocketMasterClient.Builder client = route.client(definition);
        health.ifPresent(client::healthCheck);
        RunPlan plan = new RunPlan(command, readyPath(health), startTimeout, killAfter, RunPlan.DEFAULT_RESTART);
        try (SocketDirectory sockets = socketDirectory()) {
            Supervisor supervisor = new Supervisor(plan, new Host(definition, client, sockets));
            try (Signals signals =
                    Signals.untilStopped(supervisor::stop, supervisor::stopNow).passOn(PASSED_ON, supervisor::passOn)) {
                return supervisor.run();
            }
        }
    }

    private Optional<String> readyPath(Optional<HealthCheck> health) {
        if (ready == null) {
            return health.flatMap(HealthCheck::path);
        }
        try {
            return HealthCheck.http(ready).path();
        } catch (IllegalArgumentException e) {
            throw terminal.wrongUsage("--ready: " + e.getMessage(), e);
        }
    }

    private SocketDirectory socketDirectory() throws IOException {
        boolean wanted = unix || command.stream().anyMatch(word -> word.contains(Endpoint.SOCKET_PLACEHOLDER));
        if (wanted && command.stream().anyMatch(word -> word.contains(Endpoint.PORT_PLACEHOLDER))) {
            throw terminal.wrongUsage(
                    "a program listens on a port or on a Unix socket: use {port}, or {socket} and --unix, not both",
                    /* cause= */ null);
        }
        return wanted ? SocketDirectory.create() : SocketDirectory.none();
    }

    /** The world, for the supervisor. */
    private final class Host implements Supervisor.Host {
        private final SocketDefinition definition;
        private final SocketMasterClient.Builder client;
        private final SocketDirectory sockets;

        Host(SocketDefinition definition, SocketMasterClient.Builder client, SocketDirectory sockets) {
            this.definition = definition;
            this.client = client;
            this.sockets = sockets;
        }

        @Override
        public Endpoint nextEndpoint(int number) throws IOException {
            Optional<Path> directory = sockets.path();
            return directory.isPresent()
                    ? Endpoint.socket(directory.get(), number)
                    : Endpoint.freePort(definition.port());
        }

        @Override
        public Child start(Endpoint endpoint) throws IOException {
            return Child.start(command, endpoint, terminal.out(), terminal.err());
        }

        @Override
        public Supervisor.Service register(Address program, Supervisor.News news) throws IOException {
            client.events(new ListenerEvents() {
                @Override
                public void replaced(Duration deadline) {
                    news.leaving("replaced by a newer copy");
                }

                @Override
                public void drainRequested(Duration deadline) {
                    news.leaving("asked to leave by an operator");
                }

                @Override
                public void takenBack() {
                    news.takenBack();
                }
            });
            Forwarding forwarding = Forwardings.open(client, definition, program);
            String where = Wording.where(definition, forwarding.boundAddresses());
            forwarding.active().thenRun(() -> terminal.print("Serving " + where + " from " + program + "."));
            return new Registered(forwarding);
        }

        @Override
        public void say(String line) {
            terminal.say(line);
        }
    }

    private record Registered(Forwarding forwarding) implements Supervisor.Service {
        @Override
        public void moveTo(Address program) {
            Forwardings.move(forwarding, program);
        }

        @Override
        public void suspend(String reason) {
            forwarding.suspend(reason);
        }

        @Override
        public void drain() {
            forwarding.drain();
        }

        @Override
        public void closeNow() {
            forwarding.closeNow();
        }

        @Override
        public CompletableFuture<Void> closed() {
            return forwarding.closeFuture();
        }
    }
}
