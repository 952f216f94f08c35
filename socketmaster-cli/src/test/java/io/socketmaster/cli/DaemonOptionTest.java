package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start's arguments, which are read without the parser of the whole command. */
class DaemonOptionTest {
    @Test
    void aValueFollowsItsFlagOrAnEqualsSign() {
        assertThat(DaemonOption.readPlain("--bind", "127.0.0.1:0", "--unix=none", "--access-log"))
                .contains(Map.of(
                        DaemonOption.BIND, "127.0.0.1:0",
                        DaemonOption.UNIX, "none",
                        DaemonOption.ACCESS_LOG, "true"));
        assertThat(DaemonOption.readPlain("--access-log=false", "--set=a=b"))
                .contains(Map.of(DaemonOption.ACCESS_LOG, "false", DaemonOption.SET, "a=b"));
        assertThat(DaemonOption.readPlain()).contains(Map.of());
    }

    @Test
    void settingsMayBeRepeated() {
        assertThat(DaemonOption.readPlain("--set", "a=1,b=2", "--set=c=3"))
                .contains(Map.of(DaemonOption.SET, "a=1,b=2,c=3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-V",
                "ls",
                "--unix ls",
                "--unix=none run -- sleep 1",
                "@arguments",
                "--bin 127.0.0.1:0",
                "--bind",
                "--bind --unix none",
                "--bind 127.0.0.1:0 --bind 127.0.0.1:1",
                "--stop-grace -3s",
                "--access-log true",
                "127.0.0.1:0"
            })
    void whatIsNotPlainIsForTheParserOfTheWholeCommand(String arguments) {
        assertThat(DaemonOption.readPlain(arguments.split(" "))).isEmpty();
    }

    @Test
    void theEnvironmentHasTheSameNamesInCapitals() {
        Map<String, String> environment = Map.of(
                "SOCKETMASTER_STOP_GRACE", "3s",
                "SOCKETMASTER_UNIX", "",
                "SOCKETMASTER_SET", "a=1");

        assertThat(DaemonOption.STOP_GRACE.otherwise(environment)).isEqualTo("3s");
        assertThat(DaemonOption.SET.otherwise(environment)).isEqualTo("a=1");
        assertThat(DaemonOption.UNIX.otherwise(environment)).isEqualTo("auto");
        assertThat(DaemonOption.LONG_LIVED_DRAIN.otherwise(environment)).isEqualTo("10m");
    }

    @Test
    void theParserOfTheWholeCommandReadsTheSame() {
        assertThat(Cli.run("--set", "nonsense", "--unix", "none", "--access-log", "true"))
                .satisfies(cli -> assertThat(cli.exitCode()).isEqualTo(2))
                .satisfies(cli -> assertThat(cli.err())
                        .isEqualTo("socketmaster: --set: 'nonsense' is no setting; write NAME=VALUE, such as"
                                + " http.timeouts.head=5s\n"));
        assertThat(Cli.run("--set", "nonsense", "--unix", "none", "--access-log")
                        .err())
                .isEqualTo(Cli.run("--set", "nonsense", "--unix", "none", "--access-log", "true")
                        .err());
    }
}
