package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong input to the agent's commands: one line that names the fault and the remedy, and the documented exit code. */
class AgentUsageTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            forward localhost:1                                          | such as --port 8080
            forward --port 70000 localhost:1                             | port 70000 is not between 0 and 65535
            forward --port x localhost:1                                 | 'x' is not an int
            forward --port 1 --sni a.example --path / localhost:1        | goes with none of --domain, --path
            forward --port 1 --cert c.pem localhost:1                    | --cert needs --key
            forward --port 1 --key k.pem localhost:1                     | --key needs --cert
            forward --port 1 --alpn h2 localhost:1                       | --alpn is for TLS that the daemon ends
            forward --port 1 --cert no.pem --key no.pem localhost:1      | there is no file no.pem
            forward --port 1 --policy best localhost:1                   | write replace, join, exclusive or standby
            forward --port 1 --proxy-protocol v3 localhost:1             | write v1, v2 or none
            forward --port 1 --shared-streams localhost:1                | --shared-streams is for HTTP
            forward --port 1 --path / --shared-streams --proxy-protocol v1 localhost:1 | leave one of them out
            forward --port 1 3000                                        | '3000' is not the address of a program
            forward --port 1 unix:                                       | expected unix:/path
            forward --port 1 --check health localhost:1                  | must begin with /
            forward --port 1 --check tcp --check-failures 0 localhost:1  | at least one failure
            forward --port 1 --daemon nonsense localhost:1               | 'nonsense' is not the address of a daemon
            forward --port 1 --check tcp --check-interval 0s localhost:1 | has to be longer than 0s and at most a day
            forward --port 1 --domain a --domain *.example.com localhost:1 | everything below it, without an asterisk
            forward --port 1 --address unix:/run/web.sock localhost:1    | a Unix socket has no port; leave out --port
            run --port 1 --start-timeout 0s -- ./server                  | --start-timeout has to be longer than 0s
            forward --port 1                                             | Missing required parameter: 'ADDRESS'
            run --port 1                                                 | Missing required parameter: 'COMMAND'
            run -- ./server                                              | such as --port 8080
            run --port 1 --ready health -- ./server                      | must begin with /
            run --port 1 -- ./server {port} {socket}                     | not both
            """)
    void wrongUsageIsExitCode2AndOneLineWithAHint(String line, String sentence) {
        Cli cli = Cli.run(line.strip().split(" +"));

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains(sentence);
        assertThat(cli.err().lines()).hasSize(2).last().asString().startsWith("Try 'socketmaster ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --port 8003 localhost:8003                                | localhost:8003 would come back to *:8003,
            --port 8003 --path / 0.0.0.0:8003                         | 0.0.0.0:8003 would come back to *:8003,
            --port 8003 --address 127.0.0.1 localhost:8003            | localhost:8003 would come back to 127.0.0.1:8003,
            --address unix:/run/web.sock?mode=0666 unix:/run/web.sock | would come back to unix:/run/web.sock,
            """)
    void aProgramAtThePublicAddressIsExitCode2(String arguments, String sentence) {
        Cli cli = Cli.run(("forward --daemon 127.0.0.1:1 " + arguments).split(" +"));

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err())
                .contains(sentence)
                .contains("name another port or address")
                .hasLineCount(1);
    }

    @Test
    void aFileThatIsNoFileIsExitCode2(@TempDir Path directory) {
        String where = directory.toString();

        Cli cli = Cli.run("forward", "--port", "1", "--cert", where, "--key", where, "localhost:1");

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("--cert: " + where + " cannot be read");
    }

    @Test
    void noDaemonIsExitCode4WithTheRemedy() throws IOException {
        String daemon;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            daemon = "127.0.0.1:" + free.getLocalPort();
        }
        Cli cli = Cli.run("forward", "--port", "0", "--daemon", daemon, "localhost:1");

        assertThat(cli.exitCode()).isEqualTo(4);
        assertThat(cli.err())
                .contains("no socketmaster daemon at " + daemon)
                .contains("SOCKETMASTER_ADDR")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"forward", "run"})
    void helpHasEveryRouteOptionAndTheExitCodes(String command) {
        Cli cli = Cli.run(command, "--help");

        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out())
                .contains("--port", "--address", "--domain", "--path", "--sni", "--cert", "--key", "--name", "--policy")
                .contains("--alpn", "--hold", "--drain", "--proxy-protocol", "--check", "Exit codes:");
        assertThat(cli.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }
}
