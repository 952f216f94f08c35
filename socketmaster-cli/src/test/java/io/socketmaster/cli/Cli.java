package io.socketmaster.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Runs the command within the test and keeps what it prints. */
record Cli(int exitCode, String out, String err) {
    static Cli run(String... arguments) {
        return run(new StringWriter(), arguments);
    }

    /** @param out gets the output as it is printed, for who cannot wait for the end */
    static Cli run(StringWriter out, String... arguments) {
        StringWriter err = new StringWriter();
        int exitCode = Main.execute(
                () -> {
                    CommandParser parser = new CommandParser();
                    parser.commandLine()
                            .setOut(new PrintWriter(out, true))
                            .setErr(new PrintWriter(err, true))
                            .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
                    return parser;
                },
                arguments);
        return new Cli(exitCode, out.toString(), err.toString());
    }
}
