package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.testing.Background;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The programs in {@code examples/programs}, each redeployed under the load of {@code verify}. */
@Timeout(180)
class ExampleProgramsTest {
    private static final int DEPLOYS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Pattern SERVING = Pattern.compile("Serving http \\*:(\\d+) /");

    @TempDir
    private Path directory;

    private SocketMasterDaemon daemon;
    private String address;

    @BeforeEach
    void start() throws IOException {
        LogEvents log = new LogEvents(false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withUnixSocket(Optional.empty())
                        .withStopGrace(Duration.ofSeconds(2)),
                log,
                log);
        address = "127.0.0.1:" + daemon.controlAddress().getPort();
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    /** {@code socketmaster run} on a thread of its own. */
    private final class Copy {
        private final StringWriter out = new StringWriter();
        private final StringWriter err = new StringWriter();
        private final CompletableFuture<Integer> exitCode;

        Copy(int port, Path program) {
            CommandLine command = new CommandParser()
                    .commandLine()
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true));
            exitCode = Background.supply(() -> command.execute(
                    "run",
                    "--daemon",
                    address,
                    "--name",
                    "hello",
                    "--port",
                    "" + port,
                    "--path",
                    "/",
                    "--",
                    program.toString()));
        }

        int awaitServing() {
            await().atMost(PATIENCE)
                    .until(() ->
                            exitCode.isDone() || SERVING.matcher(out.toString()).find());
            Matcher matcher = SERVING.matcher(out.toString());
            assertThat(matcher.find()).as(out + " " + err).isTrue();
            return Integer.parseInt(matcher.group(1));
        }
    }

    @ParameterizedTest
    @CsvSource({"hello.py, python3, 50, 4", "hello.mjs, node, 50, 4", "hello.sh, nc, 10, 2"})
    void redeployedUnderLoadNothingIsLost(String file, String interpreter, String rate, String connections)
            throws Exception {
        assumeThat(isInstalled(interpreter)).as(interpreter + " is installed").isTrue();
        Path program = programs().resolve(file);
        Copy copy = new Copy(0, program);
        int port = copy.awaitServing();
        Path done = directory.resolve("done");
        CompletableFuture<Cli> verified = Background.supply(() -> Cli.run(
                "verify",
                "http://127.0.0.1:" + port + "/",
                "--rate",
                rate,
                "--connections",
                connections,
                "--",
                "sh",
                "-c",
                "until [ -e " + done + " ]; do sleep 0.1; done"));
        for (int i = 0; i < DEPLOYS; i++) {
            copy = new Copy(port, program);
            copy.awaitServing();
        }
        Files.createFile(done);

        assertThat(verified.join().out()).containsPattern("lost +0\n");
        Cli.run("drain", "hello", "--daemon", address, "--deadline", "100ms");
        assertThat(copy.exitCode.join()).isZero();
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static Path programs() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isDirectory(at.resolve("examples/programs"))) {
                return at.resolve("examples/programs");
            }
        }
        throw new IllegalStateException("the test must run inside the project's folder");
    }
}
