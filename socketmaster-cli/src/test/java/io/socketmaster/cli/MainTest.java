package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong usage, errors and help of the whole command. */
class MainTest {
    @Test
    void anAddressThatIsNotLoopbackIsRefusedWithTheReason() {
        Cli cli = Cli.run("--bind", "0.0.0.0:9999");

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err())
                .isEqualTo("socketmaster: bind: 0.0.0.0 is not a loopback address, and whoever reaches the control"
                        + " socket may take any port of this machine without being asked who they are; use 127.0.0.1"
                        + " or [::1]\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--bind | 127.0.0.1:99999 | the port 99999 is not between 0 and 65535",
                "--bind | 127.0.0.1:http | the port 'http' is not a number",
                "--bind | no.such.host.invalid:1 | the host no.such.host.invalid is not known",
                "--stop-grace | 3x | '3x' is not a duration; write 500ms",
                "--stop-grace | -3s | '-3s' is not a duration",
                "--set | http.timeout.head=5s | there is no setting 'http.timeout.head'; there are handshakeDeadline",
                "--set | http.timeouts.head=soon | http.timeouts.head: 'soon' is not a duration",
                "--set | silence=1m | longer than sniff",
                "--access-log=maybe | --bind=127.0.0.1:0 | maybe",
                "--verbose | --bind=127.0.0.1:0 | Unknown option"
            })
    void wrongUsageIsOneSentenceAndExitCode2(String option, String value, String reason) {
        Cli cli = Cli.run(option, value);

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).startsWith("socketmaster: ").contains(reason).doesNotContain("Usage:", "\tat ");
    }

    @Test
    void aMistypedCommandGetsASuggestion() {
        Cli cli = Cli.run("verfy");

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("'verfy'").contains("verify").contains("Try 'socketmaster --help'");
    }

    @Test
    void anAddressInUseIsExitCode1WithTheRemedy() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + other.getLocalPort();

            Cli cli = Cli.run("--unix", "none", "--bind", address);

            assertThat(cli.exitCode()).isEqualTo(1);
            assertThat(cli.err())
                    .startsWith("socketmaster: cannot listen on " + address)
                    .contains("--bind")
                    .hasLineCount(1);
        }
    }

    @Test
    void aUnixSocketPathThatIsTooLongIsExitCode1(@TempDir Path directory) {
        Path path = directory.resolve("x".repeat(120)).resolve("control.sock");

        Cli cli = Cli.run("--bind", "127.0.0.1:0", "--unix", path.toString());

        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.err()).contains("too long for a Unix socket").hasLineCount(1);
        assertThat(path.getParent()).isEmptyDirectory();
    }

    @Test
    void helpNamesEveryOptionAndCommandAndVariable() {
        Cli cli = Cli.run("--help");

        assertThat(cli.exitCode()).isZero();
        assertThat(cli.err()).isEmpty();
        assertThat(cli.out())
                .startsWith("Usage: socketmaster [OPTIONS]")
                .contains(
                        "--bind",
                        "--unix",
                        "--stop-grace",
                        "--long-lived-drain",
                        "--set",
                        "--access-log",
                        "--version",
                        "verify")
                .contains("SOCKETMASTER_BIND", "SOCKETMASTER_ADDR", "SOCKETMASTER_LOG_LEVEL");
        assertThat(cli.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void helpOfACommandSaysItsExitCodes() {
        assertThat(Cli.run("verify", "--help").out()).contains("Exit codes:", "3   the command failed");
        assertThat(Cli.run("help", "verify").out()).startsWith("Usage: socketmaster verify URL");
    }

    @Test
    void theVersionIsOneLine() {
        Cli cli = Cli.run("--version");

        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out()).startsWith("socketmaster ").contains("on Java ").hasLineCount(1);
    }

    @Test
    void shellsGetACompletionScript() {
        assertThat(Cli.run("completion", "bash").out()).contains("--stop-grace", "complete -F");
    }

    @Test
    void temporaryDirectoriesOfTheUnixSocketAreRemovedWhenTheDaemonCannotStart(@TempDir Path directory)
            throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Cli cli = Cli.run(
                    "--bind",
                    "127.0.0.1:" + other.getLocalPort(),
                    "--unix",
                    directory.resolve("c.sock").toString());

            assertThat(cli.exitCode()).isEqualTo(1);
            assertThat(Files.list(directory)).isEmpty();
        }
    }
}
