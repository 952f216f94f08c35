package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.config.NamedSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What can be set is written down for people who run the daemon. */
class OperationsDocumentTest {
    private static final List<Path> DOCUMENTS =
            List.of(Path.of("../docs/operations.md"), Path.of("../docs/any-program.md"));
    private static final Pattern VARIABLE = Pattern.compile("SOCKETMASTER_[A-Z_]+");

    private static List<CommandLine> commands() {
        CommandLine daemon = new CommandParser().commandLine();
        List<CommandLine> commands = new ArrayList<>(daemon.getSubcommands().values());
        commands.removeIf(command -> command.getCommandName().equals("help"));
        commands.add(daemon);
        return commands;
    }

    private static String documents() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path document : DOCUMENTS) {
            all.append(Files.readString(document));
        }
        return all.toString();
    }

    @Test
    void everyCommandIsInTheDocument() throws IOException {
        String document = documents();

        assertThat(commands())
                .hasSizeGreaterThan(8)
                .allSatisfy(
                        command -> assertThat(document).containsPattern("[`/ ]" + command.getCommandName() + "\\b"));
    }

    @Test
    void everyOptionIsInTheDocument() throws IOException {
        String document = documents();

        assertThat(commands().stream()
                        .map(command -> command.getCommandSpec().options())
                        .flatMap(Collection::stream)
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .map(option -> "`" + option.longestName()))
                .allSatisfy(option -> assertThat(document).contains(option));
    }

    @Test
    void everySettingIsInTheDocumentWithItsDefault() throws IOException {
        String document = documents();

        assertThat(NamedSettings.of(DaemonSettings.DEFAULTS))
                .allSatisfy((name, value) -> assertThat(document).contains("| `" + name + "` | " + value + " |"));
    }

    @Test
    void everyVariableOfTheHelpIsInTheDocument() throws IOException {
        String document = documents();
        String help = Cli.run("--help").out();

        assertThat(VARIABLE.matcher(help).results().map(MatchResult::group))
                .hasSizeGreaterThan(4)
                .allSatisfy(variable -> assertThat(document).contains(variable));
    }
}
