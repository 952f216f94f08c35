package io.socketmaster.cli.api;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code socketmaster completion}: completes commands and options in a shell. */
@Command(
        name = "completion",
        usageHelpWidth = 100,
        descriptionHeading = "%n",
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        description = {
            "Prints a script that completes this command in a shell.",
            "",
            "  source <(socketmaster completion bash)"
        })
final class CompletionCommand implements Callable<Integer> {
    /** Shells that the script is for. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(index = "0", paramLabel = "bash|zsh", description = "The shell; one script serves both.")
    private Shell shell;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, and prints the help by itself
    private boolean helpWanted;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = spec.commandLine().getOut();
        if (shell == Shell.zsh) {
            out.println("autoload -U +X bashcompinit && bashcompinit");
        }
        out.print(AutoComplete.bash(root.getCommandName(), root));
        out.flush();
        return DaemonOptions.DONE;
    }
}
