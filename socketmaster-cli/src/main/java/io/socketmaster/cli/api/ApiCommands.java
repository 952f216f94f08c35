package io.socketmaster.cli.api;

import picocli.CommandLine;

/** The commands of this room. */
public final class ApiCommands {
    private ApiCommands() {}

    /** Makes them subcommands of {@code commandLine}. */
    public static void addTo(CommandLine commandLine) {
        commandLine
                .addSubcommand(new LsCommand())
                .addSubcommand(new StatusCommand())
                .addSubcommand(new PauseCommand())
                .addSubcommand(new ResumeCommand())
                .addSubcommand(new DrainCommand())
                .addSubcommand(new WaitIdleCommand())
                .addSubcommand(new ProxyCommand())
                .addSubcommand(new SwitchCommand())
                .addSubcommand(new EventsCommand())
                .addSubcommand(new CompletionCommand());
    }
}
