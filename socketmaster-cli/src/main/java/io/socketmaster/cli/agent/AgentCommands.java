package io.socketmaster.cli.agent;

import picocli.CommandLine;

/** The commands of this room. */
public final class AgentCommands {
    private AgentCommands() {}

    /** Makes them subcommands of {@code commandLine}. */
    public static void addTo(CommandLine commandLine) {
        commandLine.addSubcommand(new ForwardCommand()).addSubcommand(new RunCommand());
        // What follows the command to run is its own, even if it looks like an option.
        commandLine.getSubcommands().get("run").setStopAtPositional(true);
    }
}
