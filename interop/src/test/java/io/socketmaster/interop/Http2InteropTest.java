package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.testing.Background;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP/2 to clients that others wrote, in clear text and over TLS: h2spec, curl, nghttp, h2load. */
class Http2InteropTest {
    private static final String NGHTTP2 = "install 'nghttp2-client'";
    private static final int REQUESTS = Integer.getInteger("interop.h2load.requests", 5_000);
    private static final int REPLACEMENTS = Integer.getInteger("interop.h2load.replacements", 3);

    private static SocketMasterDaemon daemon;
    private static HttpService clear;
    private static HttpService tls;

    /** How the front is spoken to. */
    enum Front {
        CLEAR,
        TLS;

        private int port() {
            return (this == CLEAR ? clear : tls).port();
        }

        private String url(String path) {
            return (this == CLEAR ? "http" : "https") + "://localhost:" + port() + path;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        LogEvents log = new LogEvents(/* accessLog= */ false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withStopGrace(Duration.ZERO),
                log,
                log);
        clear = new HttpService(daemon.controlAddress(), SocketDefinition.http(0, "/"));
        Credentials certificate = TestCertificates.selfSigned("localhost");
        tls = new HttpService(
                daemon.controlAddress(),
                SocketDefinition.http(0, "/").withTls(certificate.certificatePem(), certificate.keyPem()));
    }

    @AfterAll
    static void stop() {
        clear.close();
        tls.close();
        daemon.close();
    }

    private static Program.Result curl(Front front, String... arguments) {
        Program curl = Program.find("curl", "install 'curl'");
        String[] all = new String[arguments.length + 3];
        all[0] = "-sSk";
        all[1] = front == Front.CLEAR ? "--http2-prior-knowledge" : "--http2";
        all[2] = "-w\n%{http_version} %{http_code}";
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return curl.run(all);
    }

    @ParameterizedTest
    @EnumSource
    void h2specIsGreenInStrictMode(Front front, @TempDir Path directory) {
        Program h2spec = H2Spec.unpack(directory);
        String port = String.valueOf(front.port());
        Program.Result result = front == Front.CLEAR
                ? h2spec.run("-S", "-o", "10", "-h", "localhost", "-p", port)
                : h2spec.run("-S", "-o", "10", "-h", "localhost", "-p", port, "-t", "-k");
        int failures = result.output().indexOf("Failures:");
        assertThat(result.exitCode())
                .as(failures < 0 ? result.output() : result.output().substring(failures))
                .isZero();
        assertThat(result.output()).contains("146 tests, 146 passed, 0 skipped, 0 failed");
    }

    @ParameterizedTest
    @EnumSource
    void curlGetsAnAnswer(Front front) {
        assertThat(curl(front, front.url("/")).output()).isEqualTo("hello\n\n2 200");
    }

    @ParameterizedTest
    @EnumSource
    void curlSendsABodyAndGetsItBack(Front front, @TempDir Path directory) throws IOException {
        byte[] body = new byte[3_000_000];
        new Random(1).nextBytes(body);
        Path sent = Files.write(directory.resolve("sent"), body);
        Path received = directory.resolve("received");
        Program.Result result = curl(front, "-T", sent.toString(), "-o", received.toString(), front.url("/"));
        assertThat(result.output()).endsWith("2 200");
        assertThat(Files.readAllBytes(received)).isEqualTo(body);
    }

    @Test
    void curlOfBothVersionsIsServedOnOnePort() {
        Program curl = Program.find("curl", "install 'curl'");
        Program.Result result = curl.run("-sS", "--http1.1", "-w\n%{http_version}", Front.CLEAR.url("/"));
        assertThat(result.output()).isEqualTo("hello\n\n1.1");
        assertThat(curl(Front.CLEAR, Front.CLEAR.url("/")).output()).endsWith("2 200");
        assertThat(curl.run("-sSk", "--http1.1", "-w\n%{http_version}", Front.TLS.url("/"))
                        .output())
                .isEqualTo("hello\n\n1.1");
    }

    @ParameterizedTest
    @EnumSource
    void nghttpAsksManyTimesWithItsPriorities(Front front) {
        Program nghttp = Program.find("nghttp", NGHTTP2);
        Program.Result result = nghttp.run("-ns", "-m", "50", front.url("/"));
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()
                        .lines()
                        .filter(line -> line.contains(" 200 "))
                        .count())
                .as(result.output())
                .isEqualTo(50);
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void h2loadLosesNothingWhileItsServiceIsReplaced() throws Exception {
        Program h2load = Program.find("h2load", NGHTTP2);
        CompletableFuture<Program.Result> load =
                Background.supply(() -> h2load.run("-n", "" + REQUESTS, "-c", "10", "-m", "100", Front.CLEAR.url("/")));
        SocketDefinition definition = SocketDefinition.http(clear.port(), "/");
        int replaced = 0;
        while (!load.isDone() && replaced < REPLACEMENTS) {
            HttpService before = clear;
            clear = new HttpService(daemon.controlAddress(), definition);
            before.close();
            replaced++;
        }
        Program.Result result = load.join();
        System.out.println("interop: h2load with " + replaced + " replacements: "
                + result.output()
                        .lines()
                        .filter(line -> line.startsWith("finished"))
                        .findFirst()
                        .orElse(""));
        assertThat(result.output())
                .contains(REQUESTS + " succeeded, 0 failed, 0 errored, 0 timeout")
                .contains("status codes: " + REQUESTS + " 2xx");
    }
}
