package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.testing.Background;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that talk to a daemon, against a daemon in this process: what they print, and their exit codes. */
class DaemonCommandsTest {
    @TempDir
    private Path directory;

    private SocketMasterDaemon daemon;
    private SocketMasterListener service;
    private Thread echo;
    private String address;

    @BeforeEach
    void start() throws IOException {
        LogEvents log = new LogEvents(false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withUnixSocket(Optional.of(directory.resolve("c.sock")))
                        .withStopGrace(Duration.ofSeconds(2)),
                log,
                log);
        address = "127.0.0.1:" + daemon.controlAddress().getPort();
        service = SocketMasterClient.builder().daemon(address).name("web/a b").listen(SocketDefinition.tcp(0));
        echo = new Thread(this::serve, "echo");
        echo.start();
        await().until(() -> run("ls").out().contains("serving"));
    }

    private void serve() {
        try {
            for (StreamConnection connection; (connection = service.accept()) != null; ) {
                try (StreamConnection taken = connection) {
                    taken.getInputStream().transferTo(taken.getOutputStream());
                }
            }
        } catch (IOException e) {
            assertThat(service.isClosed()).as("echo ended: " + e).isTrue();
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.closeNow();
        echo.join();
        daemon.close();
    }

    private Cli run(String command, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = command;
        all[1] = "--daemon";
        all[2] = address;
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return Cli.run(all);
    }

    private int port() {
        return service.boundAddresses().get(0).getPort();
    }

    /** A connection in flight. */
    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.setSoTimeout(15_000);
        socket.getOutputStream().write('x');
        assertThat(socket.getInputStream().read()).isEqualTo('x');
        return socket;
    }

    private static JsonNode json(Cli cli) throws IOException {
        return new ObjectMapper().readTree(cli.out());
    }

    @Test
    void lsIsATableForPeople() throws Exception {
        try (Socket open = open()) {
            assertThat(open.isConnected()).isTrue();
            Cli cli = run("ls");

            assertThat(cli.exitCode()).isZero();
            assertThat(cli.err()).isEmpty();
            String route = "tcp *:" + port();
            assertThat(cli.out())
                    .isEqualTo("SERVICE  " + pad("ROUTE", route.length())
                            + "  STATE    IN FLIGHT  HELD  REPLAYED  SESSIONS\n" + "web/a b  " + route
                            + "  serving          1     0         0  s1 ready\n");
        }
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    @Test
    void anEmptyDaemonSaysSo() throws Exception {
        service.close();
        echo.join();
        await().until(() -> run("ls").out().contains("away, "));
        assertThat(run("status").out()).contains("services   1, 0 serving, 0 paused\n");
    }

    @Test
    void statusIsAFewLines() {
        Cli cli = run("status");

        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("daemon     ").contains(" at " + address + ", up "),
                        line -> assertThat(line).isEqualTo("services   1, 1 serving, 0 paused"),
                        line -> assertThat(line).isEqualTo("sessions   1"),
                        line -> assertThat(line).isEqualTo("in flight  0"),
                        line -> assertThat(line).isEqualTo("held       0 of at most 8192"),
                        line -> assertThat(line).isEqualTo("replayed   0"),
                        line -> assertThat(line).isEqualTo("paused     no"));
    }

    @Test
    void pauseAndResumeAService() throws Exception {
        Cli paused = run("pause", "web/a b", "--ttl", "1h", "--reason", "deploy 7");
        assertThat(paused.exitCode()).isZero();
        assertThat(paused.out()).startsWith("Paused web/a b (hold, ends in ").endsWith(": deploy 7).\n");
        assertThat(run("ls").out()).containsPattern("  paused, (1h|59m \\d+s) left: deploy 7 ");
        assertThat(run("status").out()).contains("services   1, 1 serving, 1 paused\n");

        Cli again = run("pause", "web/a b", "--reject");
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.out()).isEmpty();
        assertThat(again.err())
                .startsWith("socketmaster pause: service web/a b is paused already")
                .contains("or say --replace")
                .doesNotContain("true")
                .hasLineCount(1);
        assertThat(run("pause", "web/a b", "--reject", "--replace").out()).isEqualTo("Paused web/a b (reject).\n");

        assertThat(run("resume", "web/a b").out()).isEqualTo("web/a b is resumed.\n");
        assertThat(run("resume", "web/a b")).isEqualTo(new Cli(0, "web/a b was not paused.\n", ""));
    }

    @Test
    void pauseOfEverything() {
        assertThat(run("pause").out()).isEqualTo("Paused everything (hold).\n");
        assertThat(run("status").out()).contains("paused     everything (hold)\n");
        Cli one = run("resume", "web/a b");
        assertThat(one.out()).isEqualTo("web/a b was not paused.\n");
        assertThat(one.err()).contains("still paused with everything else");
        assertThat(run("resume").out()).isEqualTo("Everything is resumed.\n");
        assertThat(run("resume").out()).isEqualTo("There was no pause of everything.\n");
    }

    @Test
    void waitIdleIsExitCode1WhenItIsNotInTimeAndThenWaits() throws Exception {
        CompletableFuture<Cli> waiting;
        try (Socket open = open()) {
            assertThat(open.isConnected()).isTrue();
            run("pause");
            Cli late = run("wait-idle", "--timeout", "100ms");
            assertThat(late.exitCode()).isEqualTo(1);
            assertThat(late.err())
                    .startsWith("socketmaster wait-idle: 1 in flight after 100 ms")
                    .hasLineCount(1);
            waiting = Background.supply(() -> run("wait-idle", "web/a b", "--timeout", "15s"));
        }
        assertThat(waiting.join()).isEqualTo(new Cli(0, "Idle.\n", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"web/a b", "s1"})
    void drainTakesAServiceOrASession(String what) throws Exception {
        try (Socket open = open()) {
            assertThat(run("drain", what, "--deadline", "20s")).isEqualTo(new Cli(0, "Draining s1.\n", ""));

            assertThat(run("ls").out()).contains("s1 draining");
            assertThat(open.isConnected()).isTrue();
            Cli again = run("drain", what);
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(again.err()).contains("draining for good already");
        }
    }

    @Test
    void eventsAreOneLineEach() throws Exception {
        StringWriter out = new StringWriter();
        CompletableFuture<Cli> following = Background.supply(() -> Cli.run(out, "events", "--daemon", address));
        await().until(() -> out.toString().contains("following"));
        run("pause", "--ttl", "1h", "--reason", "two words");
        run("resume");
        daemon.stop().join();

        Cli cli = following.join();
        assertThat(cli.exitCode()).isIn(0, 1); // the daemon ends in mid-stream
        assertThat(cli.out())
                .contains("following")
                .contains("paused        service=* mode=hold ttl=1h reason=\"two words\"\n")
                .contains("resumed       service=* reason=\"an operator asked for it\"\n");
        assertThat(cli.out().lines()).allSatisfy(line -> assertThat(line).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}  .*"));
    }

    @Test
    void jsonIsWhatTheDaemonAnswers() throws Exception {
        assertThat(json(run("ls", "--json")).at("/services/0/name").asText()).isEqualTo("web/a b");
        assertThat(json(run("status", "--json")).path("sessions").asInt()).isEqualTo(1);
        assertThat(json(run("pause", "--json")).at("/paused/mode").asText()).isEqualTo("hold");
        Cli refused = run("pause", "--json");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(json(refused).path("code").asText()).isEqualTo("ALREADY_PAUSED");
        assertThat(json(run("resume", "--json")).path("resumed").asBoolean()).isTrue();
        assertThat(json(run("wait-idle", "--json")).path("idle").asBoolean()).isTrue();
        assertThat(json(run("drain", "s1", "--json")).at("/draining/0").asText())
                .isEqualTo("s1");
    }

    @Test
    void theUnixSocketWorksTheSame() {
        address = "unix:" + directory.resolve("c.sock");

        assertThat(run("status").out()).contains(" at unix:");
        assertThat(run("wait-idle").out()).isEqualTo("Idle.\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pause", "resume", "wait-idle"})
    void anUnknownServiceIsExitCode1(String command) {
        Cli cli = run(command, "nobody");

        assertThat(cli.exitCode()).isEqualTo(1);
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err())
                .startsWith("socketmaster " + command
                        + ": no service 'nobody' is registered; 'socketmaster ls' shows those")
                .hasLineCount(1);
    }

    @Test
    void toDrainWhatIsNeitherAServiceNorASessionIsExitCode1() {
        assertThat(run("drain", "s99"))
                .isEqualTo(new Cli(
                        1,
                        "",
                        "socketmaster drain: there is no service and no session 's99'; 'socketmaster ls' shows those"
                                + " that are\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "status", "pause", "resume", "wait-idle", "events"})
    void noDaemonIsExitCode4WithTheRemedy(String command) throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + free.getLocalPort();
        }
        Cli cli = run(command);

        assertThat(cli.exitCode()).isEqualTo(4);
        assertThat(cli.err())
                .startsWith("socketmaster " + command + ": no daemon answers at " + address)
                .contains("--daemon", "SOCKETMASTER_ADDR")
                .hasLineCount(1);
    }

    @Test
    void somethingElseAtTheAddressIsExitCode1() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = "127.0.0.1:" + other.getLocalPort();
            CompletableFuture<Cli> asked = Background.supply(() -> run("ls"));
            try (Socket connection = other.accept()) {
                InputStream in = connection.getInputStream();
                assertThat(in.read()).isEqualTo('G');
                connection.getOutputStream().write("220 mail.example\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(asked.join().exitCode()).isEqualTo(1);
                assertThat(asked.join().err())
                        .contains("this is no answer of a daemon")
                        .hasLineCount(1);
            }
        }
    }

    @Test
    void wrongUsageIsExitCode2() {
        assertThat(run("pause", "--ttl", "3x").err()).contains("'3x' is not a duration");
        assertThat(run("pause", "--ttl", "3x").exitCode()).isEqualTo(2);
        assertThat(run("pause", "--ttl", "0s").exitCode()).isEqualTo(2);
        assertThat(run("drain").exitCode()).isEqualTo(2);
        assertThat(run("wait-idle", "--timeout", "2h").exitCode()).isEqualTo(2);
        assertThat(Cli.run("ls", "--daemon", "nonsense").exitCode()).isEqualTo(2);
        assertThat(Cli.run("ls", "--daemon", "nonsense").err()).contains("'nonsense' is not the address of a daemon");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls", "status", "pause", "resume", "drain", "wait-idle", "events"})
    void everyCommandHasHelpWithItsExitCodes(String command) {
        Cli cli = Cli.run(command, "--help");

        assertThat(cli.exitCode()).isZero();
        assertThat(cli.out())
                .startsWith("Usage: socketmaster " + command)
                .contains("--daemon", "--json", "Exit codes:", "no daemon can be reached");
        assertThat(cli.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
    }

    @Test
    void shellsAreServedWithACompletion() {
        assertThat(Cli.run("completion", "bash").out()).contains("wait-idle", "--timeout", "complete -F");
        assertThat(Cli.run("completion", "zsh").out()).startsWith("autoload -U +X bashcompinit");
        assertThat(Cli.run("completion", "fish").exitCode()).isEqualTo(2);
    }
}
