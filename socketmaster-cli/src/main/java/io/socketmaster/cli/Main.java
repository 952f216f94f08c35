package io.socketmaster.cli;

import io.socketmaster.server.config.DurationText;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of the {@code socketmaster} command. */
public final class Main {
    private static final String NETTY_EVENTS = "io.netty.jfr.enabled";

    private Main() {}

    public static void main(String[] arguments) {
        // Netty would describe its buffers to the flight recorder: a tenth of the start, for events that nobody has
        // asked for.
        if (System.getProperty(NETTY_EVENTS) == null) {
            System.setProperty(NETTY_EVENTS, "false");
        }
        System.exit(commandLineFor(arguments).execute(arguments));
    }

    /** What understands all arguments there are. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new DaemonCommand());
        Commands.addTo(commandLine);
        return commandLine
                .registerConverter(Duration.class, Main::duration)
                .setExecutionStrategy(Main::run)
                .setParameterExceptionHandler(Main::explainUsage)
                .setExecutionExceptionHandler(Main::explain);
    }

    /** What understands these arguments, or leaves them to {@link #commandLine()}. */
    static CommandLine commandLineFor(String... arguments) {
        return Commands.mayBeMeant(arguments) ? commandLine() : daemonAlone(arguments);
    }

    /** Without the other commands, which only help and advice have to know. */
    private static CommandLine daemonAlone(String... arguments) {
        return new CommandLine(new DaemonCommand())
                .registerConverter(Duration.class, Main::duration)
                .setExecutionStrategy(parsed -> parsed.isUsageHelpRequested()
                        ? like(parsed.commandSpec().commandLine()).execute(arguments)
                        : run(parsed))
                .setParameterExceptionHandler(
                        (failure, unused) -> like(failure.getCommandLine()).execute(arguments))
                .setExecutionExceptionHandler(Main::explain);
    }

    /** What understands all arguments, and prints where {@code other} does. */
    private static CommandLine like(CommandLine other) {
        return commandLine().setOut(other.getOut()).setErr(other.getErr()).setColorScheme(other.getColorScheme());
    }

    /** The daemon's output is its log; a command's is its result, so its log goes elsewhere. */
    private static int run(ParseResult arguments) {
        if (arguments.hasSubcommand()) {
            Logging.toStandardError();
        }
        return new CommandLine.RunLast().execute(arguments);
    }

    private static Duration duration(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException e) {
            // The one exception whose message picocli shows as it is.
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** Wrong usage in one line, and where to read more. */
    private static int explainUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        String name = command.getCommandSpec().qualifiedName();
        err.println(command.getColorScheme().errorText(name + ": " + failure.getMessage()));
        UnmatchedArgumentException.printSuggestions(failure, err);
        err.println("Try '" + name + " --help'.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** What went wrong as one line, unless it is a fault of ours: that deserves its stack trace. */
    private static int explain(Exception failure, CommandLine command, ParseResult arguments) {
        boolean expected = failure instanceof IOException || failure instanceof IllegalArgumentException;
        String name = command.getCommandSpec().qualifiedName();
        String sentence = expected && failure.getMessage() != null ? failure.getMessage() : failure.toString();
        command.getErr().println(command.getColorScheme().errorText(name + ": " + sentence));
        if (!expected) {
            failure.printStackTrace(command.getErr());
        }
        return failure instanceof IllegalArgumentException
                ? command.getCommandSpec().exitCodeOnInvalidInput()
                : command.getCommandSpec().exitCodeOnExecutionException();
    }
}
