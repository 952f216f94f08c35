package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandsTest {
    @Test
    void theNamesAreThoseOfAllCommands() {
        assertThat(new CommandParser().commandLine().getSubcommands()).containsOnlyKeys(Commands.NAMES);
    }

    @Test
    void aCommandAnywhereMayBeMeant() {
        assertThat(Commands.mayBeMeant("ls")).isTrue();
        assertThat(Commands.mayBeMeant("--unix", "run")).isTrue();
        assertThat(Commands.mayBeMeant("@arguments")).isTrue();
        assertThat(Commands.mayBeMeant("--bind", "127.0.0.1:0", "--unix", "none"))
                .isFalse();
        assertThat(Commands.mayBeMeant()).isFalse();
    }

    @Test
    void aCommandIsNoValueOfAnOption() {
        Cli cli = Cli.run("--unix", "ls");

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("Expected parameter for option '--unix' but found 'ls'");
    }
}
