package io.socketmaster.cli;

import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.config.NamedSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The daemon: what {@code socketmaster} is without a command. Runs until it is told to stop. */
@Command(
        name = "socketmaster",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = {"socketmaster [OPTIONS]          the daemon", "       socketmaster COMMAND [...]"},
        descriptionHeading = "%n",
        description = {
            "A reverse proxy without a configuration file: services connect to the control socket, say which port, host,"
                    + " path or certificate they want, and get their traffic.",
            "",
            "Without a command this is the daemon. It stops on SIGTERM when what is in flight has finished."
        },
        optionListHeading = "%nOptions of the daemon:%n",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes of the daemon:%n",
        exitCodeList = {
            "0:told to stop, and stopped",
            "1:could not start, for example because the address is in use",
            "2:wrong usage"
        },
        footerHeading = "%nEnvironment:%n",
        footer = {
            "  SOCKETMASTER_BIND, SOCKETMASTER_UNIX, SOCKETMASTER_STOP_GRACE,",
            "  SOCKETMASTER_LONG_LIVED_DRAIN, SOCKETMASTER_SET, SOCKETMASTER_ACCESS_LOG",
            "                          the same as the options, which win",
            "  SOCKETMASTER_LOG_LEVEL  ERROR, WARN, INFO or DEBUG; default INFO",
            "  SOCKETMASTER_ADDR       where services and the other commands find the daemon: HOST:PORT or",
            "                          unix:PATH; default 127.0.0.1:9999"
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
            names = "--long-lived-drain",
            paramLabel = "TIME",
            defaultValue = "${env:SOCKETMASTER_LONG_LIVED_DRAIN:-10m}",
            description = "How long WebSockets and TCP connections may stay on a service that was replaced or leaves."
                    + " Default: 10m")
    private Duration longLivedDrain;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            split = ",",
            defaultValue = "${env:SOCKETMASTER_SET}",
            description = "Another limit or time, such as http.timeouts.head=5s; may be repeated, or be a list with"
                    + " commas. A wrong name prints all of them.")
    private Map<String, String> others = Map.of();

    @Option(
            names = "--access-log",
            arity = "0..1",
            paramLabel = "true|false",
            fallbackValue = "true",
            defaultValue = "${env:SOCKETMASTER_ACCESS_LOG:-false}",
            description = "Write a line for each request and each TCP connection. Default: false")
    private boolean accessLog;

    @Override
    public Integer call() throws IOException {
        InetSocketAddress address = DaemonSettings.parseBind(bind);
        DaemonSettings settings = DaemonSettings.DEFAULTS
                .withBind(address)
                .withStopGrace(stopGrace)
                .withLongLivedDrain(longLivedDrain)
                .withUnixSocket(unixPath(address.getPort()));
        return ForegroundDaemon.start(NamedSettings.with(settings, others), accessLog)
                .runUntilStopped();
    }

    private Optional<Path> unixPath(int port) {
        return switch (unix) {
            case "none" -> Optional.empty();
            case "auto" ->
                port == 0
                        ? Optional.empty()
                        : runtimeDirectory().map(directory -> directory.resolve("socketmaster-" + port + ".sock"));
            default -> Optional.of(Path.of(unix));
        };
    }

    /** Where this user's sockets belong, if there is such a place and it can be written. */
    private static Optional<Path> runtimeDirectory() {
        String forUser = System.getenv("XDG_RUNTIME_DIR");
        String directory = forUser != null && !forUser.isEmpty()
                ? forUser
                : System.getProperty("user.name").equals("root") ? "/run" : "";
        return Optional.of(directory)
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(path -> Files.isDirectory(path) && Files.isWritable(path));
    }
}
