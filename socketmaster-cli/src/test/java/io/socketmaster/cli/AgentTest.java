package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.testing.Background;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** {@code forward} and {@code run} with a daemon in this process and programs in others. */
@Timeout(120)
class AgentTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private SocketMasterDaemon daemon;
    private final List<Agent> agents = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        LogEvents log = new LogEvents(false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withUnixSocket(Optional.empty())
                        .withStopGrace(Duration.ZERO),
                log,
                log);
    }

    @AfterEach
    void stop() {
        agents.stream().filter(agent -> !agent.exitCode.isDone()).forEach(this::drain);
        agents.forEach(Agent::ends);
        daemon.close();
    }

    /** As an operator would. */
    private void drain(Agent agent) {
        Cli.run("drain", agent.name, "--daemon", daemonAddress(), "--deadline", "100ms");
    }

    /** A command that runs on a thread of its own, until the daemon ends it. */
    private final class Agent {
        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final String name;
        private final CompletableFuture<Integer> exitCode;

        Agent(String name, String... arguments) {
            this.name = name;
            CommandLine command = new CommandParser()
                    .commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true))
                    .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
            exitCode = Background.supply(() -> command.execute(arguments));
            agents.add(this);
        }

        /** The public port, when it serves. */
        int port() {
            await().atMost(PATIENCE)
                    .until(() -> exitCode.isDone() || match("(?:Serving|Forwarding) \\S+ \\S+:(\\d+)") != null);
            return Integer.parseInt(match("(?:Serving|Forwarding) \\S+ \\S+:(\\d+)"));
        }

        String match(String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(out.toString());
            return matcher.find() ? matcher.group(1) : null;
        }

        int ends() {
            await().atMost(PATIENCE).until(exitCode::isDone);
            return exitCode.join();
        }
    }

    private String daemonAddress() {
        return "127.0.0.1:" + daemon.controlAddress().getPort();
    }

    private Agent forward(String target, String... options) {
        List<String> line =
                new ArrayList<>(List.of("forward", "--daemon", daemonAddress(), "--name", "f", "--port", "0"));
        line.addAll(List.of(options));
        line.add(target);
        return new Agent("f", line.toArray(String[]::new));
    }

    private Agent run(int port, List<String> options, String... command) {
        List<String> line =
                new ArrayList<>(List.of("run", "--daemon", daemonAddress(), "--name", "r", "--port", "" + port));
        line.addAll(options);
        line.add("--");
        line.addAll(List.of(command));
        return new Agent("r", line.toArray(String[]::new));
    }

    private static List<String> command(Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private Agent runEcho(int port, String... arguments) {
        List<String> command = command(EchoProgram.class, arguments);
        boolean unix = List.of(arguments).contains("{socket}");
        return run(port, unix ? List.of() : List.of("--kill-after", "2s"), command.toArray(String[]::new));
    }

    /** A connection to the echo, and the process that greeted it. */
    private static final class Connection implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        final long pid;

        Connection(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(40_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            pid = Long.parseLong(in.readLine());
        }

        void echo() throws IOException {
            socket.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
            assertThat(in.readLine()).isEqualTo("hello");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    // ---- forward

    @Test
    void aProgramThatIsDownIsWaitedForThroughTheWholeWay() throws Exception {
        Path socket = directory.resolve("p.sock");
        int port = forward("unix:" + socket).port();
        CompletableFuture<Long> early = Background.supply(() -> greeting(port));
        try (Greeter program = new Greeter(socket, 42)) {
            assertThat(early.join()).isEqualTo(42);
        }
        CompletableFuture<Long> meanwhile = Background.supply(() -> greeting(port));
        try (Greeter program = new Greeter(socket, 43)) {
            assertThat(meanwhile.join()).isEqualTo(43);
        }
    }

    private static long greeting(int port) {
        try (Connection connection = new Connection(port)) {
            return connection.pid;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program that says a number to everybody. */
    private static final class Greeter implements AutoCloseable {
        private final Path path;
        private final ServerSocketChannel server;
        private final Thread thread;

        Greeter(Path path, int number) throws IOException {
            this.path = path;
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
            thread = new Thread(() -> greetAll((number + "\n").getBytes(StandardCharsets.US_ASCII)), "greeter");
            thread.start();
        }

        private void greetAll(byte[] greeting) {
            while (server.isOpen()) {
                try (SocketChannel connection = server.accept()) {
                    connection.write(ByteBuffer.wrap(greeting));
                } catch (IOException closedOrOnlyLookedAt) {
                    assertThat(closedOrOnlyLookedAt).isNotNull();
                }
            }
        }

        @Override
        public void close() throws Exception {
            server.close();
            thread.join();
            Files.delete(path);
        }
    }

    @Test
    void aPortInUseIsExitCode1WithTheReason() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            ListAppender<ILoggingEvent> log = new ListAppender<>();
            log.start();
            Logger logger = (Logger) LoggerFactory.getLogger("io.socketmaster.client");
            logger.addAppender(log);
            Agent agent = new Agent(
                    "f", "forward", "--daemon", daemonAddress(), "--port", "" + taken.getLocalPort(), "localhost:1");
            assertThat(agent.ends()).isEqualTo(1);
            logger.detachAppender(log);
            assertThat(agent.err.toString()).contains("PORT_IN_USE").hasLineCount(1);
            assertThat(log.list)
                    .as("said a second time")
                    .noneMatch(event -> event.getFormattedMessage().contains("PORT_IN_USE"));
        }
    }

    // ---- run

    @Test
    void theSameLineAgainDeploysAndWhatRunsOnTheOldCopyFinishesThere() throws Exception {
        Agent first = runEcho(0, "{port}");
        int port = first.port();
        Agent second;
        long old;
        try (Connection running = new Connection(port)) {
            old = running.pid;
            second = runEcho(port, "{port}");
            second.port();
            try (Connection fresh = new Connection(port)) {
                assertThat(fresh.pid).isNotEqualTo(old);
                fresh.echo();
            }
            running.echo();
            assertThat(isAlive(old)).isTrue();
            assertThat(first.exitCode).isNotDone();
        }
        assertThat(first.ends()).isZero();
        assertThat(isAlive(old)).isFalse();
        assertThat(first.err.toString()).contains("replaced by a newer copy");
        assertThat(first.out.toString()).containsPattern("java\\[\\d+\\] listening with \\d+");
    }

    @Test
    void aCrashedProgramIsStartedAgainWhileItsConnectionsWait() throws Exception {
        Agent agent = runEcho(0);
        int port = agent.port();
        long old;
        try (Connection connection = new Connection(port)) {
            old = connection.pid;
        }
        ProcessHandle process = ProcessHandle.of(old).orElseThrow();
        process.destroyForcibly();
        // What its socket accepts while it dies is lost with it.
        process.onExit().join();

        try (Connection connection = new Connection(port)) {
            assertThat(connection.pid).isNotEqualTo(old);
        }
        assertThat(agent.err.toString()).contains("process " + old + " ended with signal 9; it is started again");
    }

    @Test
    void aGetOfWhichItsProgramDiesIsAnsweredByTheNextOne() throws Exception {
        List<String> program =
                command(MortalProgram.class, directory.resolve("grave").toString());
        Agent agent = run(0, List.of("--path", "/"), program.toArray(String[]::new));
        URI uri = URI.create("http://127.0.0.1:" + agent.port() + "/");

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("alive");
        assertThat(agent.err.toString()).contains("it is started again");
    }

    @Test
    void aProgramOnAUnixSocketIsRunAlike() throws Exception {
        Agent agent = runEcho(0, "{socket}");
        try (Connection connection = new Connection(agent.port())) {
            connection.echo();
        }
        Path socket = Path.of(agent.match("from unix:(\\S+)\\."));
        assertThat(socket).exists();
        drain(agent);
        agent.ends();
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void aCommandThatDoesNotExistIsExitCode3() {
        Agent agent = run(0, List.of(), directory.resolve("nothing").toString());

        assertThat(agent.ends()).isEqualTo(3);
        assertThat(agent.err.toString())
                .contains("cannot be started (No such file or directory)", "nothing was registered")
                .hasLineCount(1);
    }

    @Test
    void aProgramThatEndsAtOnceIsExitCode3WithWhatItPrintedAndTheOldOneStays() throws Exception {
        Agent serving = runEcho(0);
        int port = serving.port();
        Agent broken = run(port, List.of(), "sh", "-c", "echo no such table >&2; exit 7");

        assertThat(broken.ends()).isEqualTo(3);
        assertThat(broken.err.toString())
                .contains("sh ended with status 7 before it answered on port ")
                .contains("] no such table")
                .endsWith("socketmaster run:   no such table\n");
        try (Connection connection = new Connection(port)) {
            connection.echo();
        }
    }

    @Test
    void aProgramThatNeverListensIsEndedAndExitCode3() {
        Agent agent = run(0, List.of("--start-timeout", "1s"), "sh", "-c", "echo starting; exec sleep 600");

        assertThat(agent.ends()).isEqualTo(3);
        assertThat(agent.err.toString())
                .contains("did not answer on port ", "within 1000 ms", "does it listen where PORT");
        assertThat(isAlive(Long.parseLong(agent.match("sh\\[(\\d+)\\]")))).isFalse();
    }

    @Test
    void aProgramThatIgnoresSigtermIsKilled() {
        Agent agent = run(
                0,
                List.of("--start-timeout", "1s", "--kill-after", "300ms"),
                "sh",
                "-c",
                "trap '' TERM; echo deaf; while true; do sleep 1; done");

        assertThat(agent.ends()).isEqualTo(3);
        assertThat(agent.err.toString()).contains("did not end within 300 ms of SIGTERM; killing it");
        assertThat(isAlive(Long.parseLong(agent.match("sh\\[(\\d+)\\]")))).isFalse();
    }

    @Test
    void aProgramThatNobodyMayRegisterIsEndedWithTheReason() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            Agent agent = runEcho(taken.getLocalPort());

            assertThat(agent.ends()).isEqualTo(1);
            assertThat(agent.err.toString()).contains("PORT_IN_USE");
        }
    }
}
