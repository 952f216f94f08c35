package io.socketmaster.cli;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An option of the daemon: one name as a flag, and the same in capitals as a variable of the environment. */
enum DaemonOption {
    BIND(
            "--bind",
            "HOST:PORT",
            "127.0.0.1:9999",
            "Where the control socket listens: a loopback address, because callers cannot be authenticated. Port 0"
                    + " takes any free port and prints it. Default: 127.0.0.1:9999"),
    UNIX(
            "--unix",
            "PATH",
            "auto",
            "The control socket as a Unix socket that only its owner can use; 'none' for none. Default:"
                    + " socketmaster-PORT.sock in $XDG_RUNTIME_DIR or, for root, /run; none for port 0"),
    STOP_GRACE(
            "--stop-grace", "TIME", "30s", "How long what is in flight may take when the daemon stops. Default: 30s"),
    LONG_LIVED_DRAIN(
            "--long-lived-drain",
            "TIME",
            "10m",
            "How long WebSockets and TCP connections may stay on a service that was replaced or leaves. Default: 10m"),
    SET(
            "--set",
            "NAME=VALUE",
            "",
            "Another limit or time, such as http.timeouts.head=5s; may be repeated, or be a list with commas. A wrong"
                    + " name prints all of them."),
    ACCESS_LOG(
            "--access-log",
            "true|false",
            "false",
            "Write a line for each request and each TCP connection. Default: false");

    private final String flag;
    private final String label;
    private final String defaultValue;
    private final String description;

    DaemonOption(String flag, String label, String defaultValue, String description) {
        this.flag = flag;
        this.label = label;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    String flag() {
        return flag;
    }

    /** What stands for its value in the help. */
    String label() {
        return label;
    }

    String description() {
        return description;
    }

    private String variable() {
        return "SOCKETMASTER_" + flag.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Whether it may be given again; the values are one list then. */
    boolean isList() {
        return this == SET;
    }

    /** What it means without a value; empty: it has to have one. */
    Optional<String> alone() {
        return this == ACCESS_LOG ? Optional.of("true") : Optional.empty();
    }

    /** Its value when it is not given. An empty variable is none. */
    String otherwise(Map<String, String> environment) {
        String value = environment.getOrDefault(variable(), "");
        return value.isEmpty() ? defaultValue : value;
    }

    /** Adds a value to what was given. */
    void put(Map<DaemonOption, String> given, String value) {
        given.merge(this, value, (before, more) -> before + "," + more);
    }

    /**
     * Reads arguments that are options of the daemon and nothing else, each well-formed and once. A start has only these, and
     * the parser that knows all commands and mistakes would take a fifth of it to load.
     *
     * @return empty: they are that parser's business
     */
    static Optional<Map<DaemonOption, String>> readPlain(String... arguments) {
        Map<DaemonOption, String> given = new EnumMap<>(DaemonOption.class);
        if (Commands.mayBeMeant(arguments)) {
            return Optional.empty();
        }
        for (int i = 0; i < arguments.length; i++) {
            String[] flagAndValue = arguments[i].split("=", 2);
            Optional<DaemonOption> known = Arrays.stream(values())
                    .filter(one -> one.flag.equals(flagAndValue[0]))
                    .filter(one -> one.isList() || !given.containsKey(one))
                    .findAny();
            if (known.isEmpty()) {
                return Optional.empty();
            }
            DaemonOption option = known.get();
            boolean valueFollows = i + 1 < arguments.length && !arguments[i + 1].startsWith("-");
            if (flagAndValue.length == 2) {
                option.put(given, flagAndValue[1]);
            } else if (valueFollows == option.alone().isPresent()) {
                return Optional.empty();
            } else {
                option.put(given, valueFollows ? arguments[++i] : option.alone().get());
            }
        }
        return Optional.of(given);
    }
}
