package io.socketmaster.cli;

import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The daemon: what {@code socketmaster} is without a subcommand. Runs until it is told to stop. */
@Command(
        name = "socketmaster",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        descriptionHeading = "%n",
        description = {
            "A reverse proxy without a configuration file: services connect to the control socket, say which port, host,"
                    + " path or certificate they want, and get their traffic.",
            "",
            "Without a subcommand this is the daemon. It stops on SIGTERM when what is in flight has finished."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  SOCKETMASTER_BIND, SOCKETMASTER_UNIX, SOCKETMASTER_STOP_GRACE, SOCKETMASTER_ACCESS_LOG",
            "                       the same as the options",
            "  SOCKETMASTER_ADDR    where services and the other commands find the daemon; default 127.0.0.1:9999"
        })
final class DaemonCommand implements Callable<Integer> {
    @Option(
            names = "--bind",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:SOCKETMASTER_BIND:-127.0.0.1:9999}",
            description = "Where the control socket listens: a loopback address, because callers cannot be"
                    + " authenticated. Port 0 takes any free port and prints it. Default: 127.0.0.1:9999")
    private String bind;

    @Option(
            names = "--unix",
            paramLabel = "PATH",
            defaultValue = "${env:SOCKETMASTER_UNIX:-auto}",
            description = "The control socket as a Unix socket that only its owner can use; 'none' for none. Default:"
                    + " socketmaster-PORT.sock in $XDG_RUNTIME_DIR or, for root, /run; none for port 0")
    private String unix;

    @Option(
            names = "--stop-grace",
            paramLabel = "TIME",
            defaultValue = "${env:SOCKETMASTER_STOP_GRACE:-30s}",
            description = "How long what is in flight may take when the daemon stops. Default: 30s")
    private Duration stopGrace;

    @Option(
            names = "--access-log",
            defaultValue = "${env:SOCKETMASTER_ACCESS_LOG:-false}",
            description = "Write a line for each request. Default: no")
    private boolean accessLog;

    @Override
    public Integer call() throws IOException {
        DaemonSettings settings = DaemonSettings.DEFAULTS
                .withBind(DaemonSettings.parseBind(bind))
                .withStopGrace(stopGrace);
        settings = settings.withUnixSocket(unixPath(settings.bind().getPort()));
        LogEvents log = new LogEvents(accessLog);
        SocketMasterDaemon daemon = SocketMasterDaemon.start(settings, log, log);
        log.started(daemon.controlAddress(), settings.unixSocket(), daemon.describeMachine());
        Thread stop = new Thread(
                () -> {
                    log.stopping(stopGrace);
                    daemon.close();
                    log.stopped();
                },
                "socketmaster-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        daemon.stopped().join();
        return 0;
    }

    private Optional<Path> unixPath(int port) {
        if (unix.equals("none")) {
            return Optional.empty();
        }
        if (!unix.equals("auto")) {
            return Optional.of(Path.of(unix));
        }
        String runtimeDirectory = System.getenv("XDG_RUNTIME_DIR");
        String directory = runtimeDirectory != null && !runtimeDirectory.isEmpty()
                ? runtimeDirectory
                : System.getProperty("user.name").equals("root") ? "/run" : "";
        return port == 0 || directory.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(directory, "socketmaster-" + port + ".sock"));
    }
}
