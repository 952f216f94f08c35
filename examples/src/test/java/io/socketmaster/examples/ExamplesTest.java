package io.socketmaster.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each example as a process of its own, behind a real daemon. */
class ExamplesTest {
    private static SocketMasterDaemon daemon;

    @BeforeAll
    static void startDaemon() throws IOException {
        LogEvents log = new LogEvents(/* accessLog= */ false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withStopGrace(Duration.ofSeconds(2)),
                log,
                log);
    }

    @AfterAll
    static void stopDaemon() {
        daemon.close();
    }

    @ParameterizedTest
    @CsvSource({"HelloA,/a/x,hello from a", "HelloB,/b/x,hello from b", "NettyHello,/netty/x,hello from netty"})
    void anHttpExampleAnswersAndEndsOnSigterm(String example, String path, String expected) throws Exception {
        int port = freePort();
        Process process = start(example, port);
        try {
            String answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
            assertThat(answer).contains(expected);
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theTcpExampleSendsBackWhatItGets() throws Exception {
        int port = freePort();
        Process process = start("EchoTcp", port);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("hello");
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Starts an example and waits until it says that it answers. */
    private static Process start(String example, int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.socketmaster.examples." + example,
                String.valueOf(port));
        builder.environment()
                .put("SOCKETMASTER_ADDR", "127.0.0.1:" + daemon.controlAddress().getPort());
        Process process = builder.redirectErrorStream(true).start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line; (line = output.readLine()) != null; ) {
            said.append(line).append('\n');
            if (line.contains(String.valueOf(port))) {
                return process;
            }
        }
        process.destroy();
        throw new AssertionError(example + " ended and said: " + said);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }
}
