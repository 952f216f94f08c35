package io.socketmaster.benchmarks.own;

import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.Target;
import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.Jdk;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The time from the command that people type to the first registration that stands, on each JDK that is there. What is
 * missing is made before that, on a JDK's first use of the command.
 */
final class StartTime {
    private static final Pattern LISTENING = Pattern.compile("listening\\s+(127\\.0\\.0\\.1:\\d+)");
    private static final double NANOS_PER_MILLI = 1e6;

    private final Path command;
    private final int rounds;

    StartTime(Path command, int rounds) {
        this.command = command;
        this.rounds = rounds;
    }

    /** A figure for each JDK. */
    List<Figure> measure() throws IOException, InterruptedException {
        List<Figure> figures = new ArrayList<>();
        for (Jdk jdk : Jdk.installed()) {
            prepare(jdk);
            double[] millis = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                millis[round] = start(jdk) / NANOS_PER_MILLI;
            }
            figures.add(new Figure(
                    "start to the first registration, JDK " + jdk.feature(),
                    "ms",
                    Spread.of(millis),
                    Target.atMost(500),
                    "by " + command,
                    /* errors= */ 0));
        }
        return figures;
    }

    /** Lets the command build itself and make its archive of classes, however long that takes. */
    private void prepare(Jdk jdk) throws IOException, InterruptedException {
        ProcessBuilder version = new ProcessBuilder(command.toString(), "--version")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        version.environment().putAll(environment(jdk));
        int code = version.start().waitFor();
        if (code != 0) {
            throw new IOException(command + " --version ended with code " + code);
        }
    }

    /** @return nanoseconds */
    private long start(Jdk jdk) throws IOException {
        long beganNanos = System.nanoTime();
        List<String> line =
                List.of(command.toString(), "--bind", "127.0.0.1:0", "--unix", "none", "--stop-grace", "1s");
        try (ChildProcess daemon = ChildProcess.start("daemon", line, environment(jdk), LISTENING)) {
            String address = daemon.awaitReady().group(1);
            try (SocketMasterListener listener = SocketMasterClient.builder()
                    .daemon(address)
                    .listen(SocketDefinition.http(0, "/").withAddress("127.0.0.1"))) {
                if (listener.boundAddresses().isEmpty()) {
                    throw new IOException("the daemon bound no port");
                }
                return System.nanoTime() - beganNanos;
            }
        }
    }

    private static Map<String, String> environment(Jdk jdk) {
        String bin = jdk.home().resolve("bin").toString();
        return Map.of(
                "JAVA_HOME",
                jdk.home().toString(),
                "PATH",
                bin + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    }
}
