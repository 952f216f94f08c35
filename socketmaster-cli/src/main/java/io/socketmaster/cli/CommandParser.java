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

/** The whole command: understands all arguments there are, helps, and says what is wrong. */
final class CommandParser {
    private final CommandLine commandLine = new CommandLine(DaemonUsage.spec());

    CommandParser() {
        Commands.addTo(commandLine);
        commandLine
                .registerConverter(Duration.class, CommandParser::duration)
                .setExecutionStrategy(CommandParser::run)
                .setParameterExceptionHandler(CommandParser::explainUsage)
                .setExecutionExceptionHandler((failure, command, unused) -> explain(failure, command));
    }

    /** For where it is to print. */
    CommandLine commandLine() {
        return commandLine;
    }

    /** @return the process's exit code */
    int execute(String... arguments) {
        return commandLine.execute(arguments);
    }

    /**
     * Says why the daemon did not start.
     *
     * @return the process's exit code
     */
    int explain(Exception failure) {
        return explain(failure, commandLine);
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
    private static int explain(Exception failure, CommandLine command) {
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
