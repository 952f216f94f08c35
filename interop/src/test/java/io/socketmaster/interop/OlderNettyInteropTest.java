package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client library in a process whose Netty is of the line before the one that it was compiled with. */
class OlderNettyInteropTest {
    private static final int ROUNDS = 20;
    private static final int BYTES = 100_000;

    @Test
    @Timeout(120)
    void servicesOfAllKindsRunOnNetty41() throws Exception {
        LogEvents log = new LogEvents(/* accessLog= */ false);
        try (SocketMasterDaemon daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withStopGrace(Duration.ZERO),
                log,
                log)) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-ea",
                            "-cp",
                            classPathWithNetty41(),
                            OlderNettyService.class.getName(),
                            "127.0.0.1:" + daemon.controlAddress().getPort())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                String[] ready = firstLineOfItsOwn(out).split(" ");

                assertThat(ready[0]).startsWith("4.1.");
                for (int i = 1; i <= 3; i++) {
                    assertGivesBack(Integer.parseInt(ready[i]));
                }
                process.getOutputStream().close();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
                assertThat(out.lines()).last().isEqualTo("left");
            } finally {
                process.destroyForcibly();
            }
        }
    }

    /** Logback says on the same output what the library has to say. */
    private static String firstLineOfItsOwn(BufferedReader out) throws IOException {
        for (String line; (line = out.readLine()) != null; ) {
            if (line.startsWith("4.")) {
                return line;
            }
            System.out.println(line);
        }
        throw new AssertionError("the service ended before it was ready");
    }

    private static String classPathWithNetty41() {
        Stream<String> others = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("netty-"));
        return Stream.concat(others, Stream.of(System.getProperty("interop.netty41") + File.separator + "*"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void assertGivesBack(int port) throws IOException {
        byte[] sent = new byte[BYTES];
        new Random(port).nextBytes(sent);
        for (int round = 0; round < ROUNDS; round++) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.setSoTimeout(30_000);
                client.getOutputStream().write(sent);
                assertThat(client.getInputStream().readNBytes(BYTES)).isEqualTo(sent);
            }
        }
    }
}
