package io.socketmaster.cli;

import picocli.CommandLine;

/** The entry of the {@code socketmaster} command. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new DaemonCommand())
                .registerConverter(java.time.Duration.class, Durations::parse)
                .setExecutionExceptionHandler(Main::explain);
    }

    /** What went wrong as one line: whoever runs a command is helped by a sentence, not by a stack trace. */
    private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
        command.getErr().println(command.getColorScheme().errorText("socketmaster: " + failure.getMessage()));
        return failure instanceof IllegalArgumentException
                ? command.getCommandSpec().exitCodeOnInvalidInput()
                : command.getCommandSpec().exitCodeOnExecutionException();
    }
}
