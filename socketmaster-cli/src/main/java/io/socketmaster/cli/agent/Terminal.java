package io.socketmaster.cli.agent;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code forward} and {@code run} share of talking to people: the help, and their lines. Any thread. */
final class Terminal {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, and prints the help by itself
    private boolean helpWanted;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** A line on standard output. */
    void print(String line) {
        out().println(line);
        out().flush();
    }

    /** A line on standard error, behind the command's name. */
    void say(String line) {
        err().println(spec.qualifiedName() + ": " + line);
        err().flush();
    }

    /** Something that ends the command: as {@link #say}, in the colour of errors. */
    void complain(String line) {
        err().println(spec.commandLine().getColorScheme().errorText(spec.qualifiedName() + ": " + line));
        err().flush();
    }

    /** What picocli reports as wrong usage, with the way to the help. */
    ParameterException wrongUsage(String message, Throwable cause) {
        return new ParameterException(spec.commandLine(), message, cause);
    }
}
