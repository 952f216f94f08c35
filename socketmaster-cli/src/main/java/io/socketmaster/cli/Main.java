package io.socketmaster.cli;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The entry of the {@code socketmaster} command. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // Netty would describe its buffers to the flight recorder at the start, and that takes a tenth of it.
        setUnlessGiven("io.netty.jfr.enabled", "false");
        // The kind that is used; Netty would make another one beside it.
        setUnlessGiven("io.netty.allocator.type", "pooled");
        System.exit(execute(CommandParser::new, arguments));
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** @param parser made only if it is needed: its classes would take longer to load than all else here */
    static int execute(Supplier<CommandParser> parser, String... arguments) {
        Optional<Map<DaemonOption, String>> daemon = DaemonOption.readPlain(arguments);
        if (daemon.isEmpty()) {
            return parser.get().execute(arguments);
        }
        try {
            return new DaemonCommand(daemon.get()).run();
        } catch (IOException | RuntimeException e) {
            return parser.get().explain(e);
        }
    }
}
