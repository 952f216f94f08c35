package io.socketmaster.cli;

import io.socketmaster.cli.agent.AgentCommands;
import io.socketmaster.cli.api.ApiCommands;
import java.util.Arrays;
import java.util.Set;
import picocli.CommandLine;

/** The commands beside the daemon. */
final class Commands {
    /** All names; a test compares them with the commands themselves. */
    static final Set<String> NAMES = Set.of(
            "forward",
            "run",
            "ls",
            "status",
            "pause",
            "resume",
            "drain",
            "wait-idle",
            "proxy",
            "switch",
            "events",
            "completion",
            "verify",
            "help");

    private Commands() {}

    /** Makes them subcommands of {@code commandLine}, in the order of its help. */
    static void addTo(CommandLine commandLine) {
        AgentCommands.addTo(commandLine);
        ApiCommands.addTo(commandLine);
        commandLine.addSubcommand(new VerifyCommand()).addSubcommand(new CommandLine.HelpCommand());
    }

    /** Whether one of them may be meant; arguments can come from a file, too. */
    static boolean mayBeMeant(String... arguments) {
        return Arrays.stream(arguments).anyMatch(argument -> NAMES.contains(argument) || argument.startsWith("@"));
    }
}
