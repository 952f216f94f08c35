package io.socketmaster.cli;

import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.config.DurationText;
import io.socketmaster.server.config.NamedSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The daemon: what {@code socketmaster} is without a command. Runs until it is told to stop. */
final class DaemonCommand {
    private final Map<DaemonOption, String> given;
    private final Map<String, String> environment = System.getenv();

    DaemonCommand(Map<DaemonOption, String> given) {
        this.given = given;
    }

    /**
     * @return the process's exit code
     * @throws IllegalArgumentException if a value is wrong
     */
    int run() throws IOException {
        InetSocketAddress address = DaemonSettings.parseBind(value(DaemonOption.BIND));
        DaemonSettings settings = DaemonSettings.DEFAULTS
                .withBind(address)
                .withStopGrace(time(DaemonOption.STOP_GRACE))
                .withLongLivedDrain(time(DaemonOption.LONG_LIVED_DRAIN))
                .withUnixSocket(unixPath(address.getPort()));
        return ForegroundDaemon.start(NamedSettings.with(settings, others()), accessLog())
                .runUntilStopped();
    }

    private String value(DaemonOption option) {
        String value = given.get(option);
        return value != null ? value : option.otherwise(environment);
    }

    private Duration time(DaemonOption option) {
        try {
            return DurationText.parse(value(option));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option.flag() + ": " + e.getMessage(), e);
        }
    }

    private Map<String, String> others() {
        Map<String, String> others = new HashMap<>();
        String list = value(DaemonOption.SET);
        for (String one : list.isEmpty() ? new String[0] : list.split(",", -1)) {
            String[] nameAndValue = one.split("=", 2);
            if (nameAndValue.length < 2) {
                throw new IllegalArgumentException(
                        "--set: '" + one + "' is no setting; write NAME=VALUE, such as http.timeouts.head=5s");
            }
            others.put(nameAndValue[0], nameAndValue[1]);
        }
        return others;
    }

    private boolean accessLog() {
        String value = value(DaemonOption.ACCESS_LOG);
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("--access-log: '" + value + "' is neither true nor false");
        };
    }

    private Optional<Path> unixPath(int port) {
        String unix = value(DaemonOption.UNIX);
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
    private Optional<Path> runtimeDirectory() {
        String forUser = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        String directory =
                !forUser.isEmpty() ? forUser : System.getProperty("user.name").equals("root") ? "/run" : "";
        return Optional.of(directory)
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(path -> Files.isDirectory(path) && Files.isWritable(path));
    }
}
