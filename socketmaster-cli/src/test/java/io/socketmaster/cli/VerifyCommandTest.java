package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.socketmaster.cli.verify.ScriptedServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a person runs it, against a server that obeys a file in which the deploy command writes. */
class VerifyCommandTest {
    private static Cli verify(ScriptedServer server, String option, String script) {
        return Cli.run(
                "verify", server.url(), option, "--before", "200ms", "--after", "200ms", "--", "sh", "-c", script);
    }

    @Test
    void nothingLostAndTheCommandSucceededIsExitCode0(@TempDir Path directory) throws Exception {
        Path ran = directory.resolve("ran");
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write(ScriptedServer.OK))) {
            Cli cli = verify(server, "--rate=100", "echo deployed > " + ran);

            assertThat(cli.exitCode()).as(cli.toString()).isZero();
            assertThat(ran).hasContent("deployed");
            assertThat(cli.out()).containsPattern("(?m)^lost +0$").containsPattern("(?m)^command +exit 0 ");
        }
    }

    @Test
    void aLossWhileTheCommandRunsIsExitCode1(@TempDir Path directory) throws Exception {
        Path broken = directory.resolve("broken");
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write(
                Files.exists(broken) ? "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n" : ScriptedServer.OK))) {
            Cli cli = verify(server, "--rate=100", "touch " + broken);

            assertThat(cli.exitCode()).as(cli.toString()).isEqualTo(1);
            assertThat(cli.out()).contains("status 5xx").contains("502 Bad Gateway");
        }
    }

    @Test
    void aCommandThatFailsIsExitCode3() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write(ScriptedServer.OK))) {
            Cli cli = verify(server, "--rate=100", "exit 4");

            assertThat(cli.exitCode()).isEqualTo(3);
            assertThat(cli.out()).containsPattern("(?m)^command +exit 4 ");
        }
    }

    @Test
    void aCommandThatDoesNotExistIsExitCode3WithTheReason() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write(ScriptedServer.OK))) {
            Cli cli = Cli.run("verify", server.url(), "--before=0s", "--after=0s", "--", "/no/such/command");

            assertThat(cli.exitCode()).isEqualTo(3);
            assertThat(cli.out()).contains("/no/such/command");
        }
    }

    @Test
    void aUrlThatDoesNotAnswerIsExitCode1AndTheCommandIsNotStarted(@TempDir Path directory) throws Exception {
        Path ran = directory.resolve("ran");
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::close)) {
            Cli cli = verify(server, "--rate=100", "touch " + ran);

            assertThat(cli.exitCode()).isEqualTo(1);
            assertThat(cli.err())
                    .contains("does not answer, so the command was not started")
                    .contains("8 of 8 probes");
            assertThat(ran).doesNotExist();
        }
    }

    @Test
    void jsonIsTheOnlyThingOnStandardOutput() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write(ScriptedServer.OK))) {
            Cli cli = verify(server, "--json", "exit 0");

            JsonNode json = new ObjectMapper().readTree(cli.out());
            assertThat(json.get("exit").asInt()).isZero();
            assertThat(json.get("sent").asLong())
                    .isPositive()
                    .isEqualTo(json.get("answered").asLong());
            assertThat(server.requests() - 8).isEqualTo(json.get("sent").asInt());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:1/ --rate=0, the rate 0 is not between",
        "http://127.0.0.1:1/ --connections=-1, connections -1",
        "http://127.0.0.1:1/ --method=PUT, PUT",
        "http://127.0.0.1:1/ --header=nonsense, is not a header",
        "http://127.0.0.1:1/ --timeout=0s, timeout",
        "gopher://127.0.0.1/ --json, neither http"
    })
    void wrongUsageIsExitCode2AndNothingIsSent(String arguments, String reason) {
        String[] words = (arguments.replace(" ", "\n") + "\n--\ntrue").split("\n");
        String[] all = new String[words.length + 1];
        all[0] = "verify";
        System.arraycopy(words, 0, all, 1, words.length);

        Cli cli = Cli.run(all);

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains(reason).contains("Try 'socketmaster verify --help'");
    }

    @Test
    void aUrlWithoutACommandIsWrongUsage() {
        Cli cli = Cli.run("verify", "http://127.0.0.1:1/");

        assertThat(cli.exitCode()).isEqualTo(2);
        assertThat(cli.err()).contains("COMMAND");
    }
}
