package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code proxy} and {@code switch} against a daemon in this process, and what they refuse without one. */
class ProxyCommandTest {
    private SocketMasterDaemon daemon;
    private String address;
    private final List<ServerSocket> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        LogEvents log = new LogEvents(false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS.withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), log, log);
        address = "127.0.0.1:" + daemon.controlAddress().getPort();
    }

    @AfterEach
    void stop() throws IOException {
        for (ServerSocket server : servers) {
            server.close();
        }
        daemon.close();
    }

    /** A server that says its name to each connection and ends it; its address. */
    private String server(String name) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        servers.add(server);
        Background.run(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write(name.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    return;
                }
            }
        });
        return "localhost:" + server.getLocalPort();
    }

    private static String ask(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private Cli proxy(String... arguments) {
        List<String> all = new ArrayList<>(List.of("proxy", "--daemon", address));
        all.addAll(List.of(arguments));
        return Cli.run(all.toArray(new String[0]));
    }

    private Cli switchTo(String... arguments) {
        List<String> all = new ArrayList<>(List.of("switch", "--daemon", address));
        all.addAll(List.of(arguments));
        return Cli.run(all.toArray(new String[0]));
    }

    @Test
    void aPortGoesToAnAddressAndIsSwitchedByTheNameOfThePort() throws Exception {
        int port = freePort();
        String listen = "127.0.0.1:" + port;

        Cli made = proxy(listen, server("one"));

        assertThat(made.exitCode()).as(made.err()).isZero();
        assertThat(made.out()).startsWith(listen + " goes to localhost:").endsWith(" now.\n");
        assertThat(ask(port)).isEqualTo("one");
        String two = server("two");
        Cli switched = switchTo(listen, two, "--wait");
        assertThat(switched.exitCode()).as(switched.err()).isZero();
        assertThat(switched.out()).isEqualTo(listen + " goes to " + two + " now; the old side is idle.\n");
        assertThat(ask(port)).isEqualTo("two");
        assertThat(Cli.run("ls", "--daemon", address).out()).contains(listen, "serving");

        assertThat(proxy("--remove", listen).exitCode()).isZero();
        assertThat(proxy("--remove", listen).exitCode()).isEqualTo(1);
    }

    @Test
    void aSecondProxyForTheSameNameSwitches() throws Exception {
        int port = freePort();
        proxy("127.0.0.1:" + port, server("one"), "--name", "web");

        Cli again = proxy("127.0.0.1:" + port, server("two"), "--name", "web", "--json");

        assertThat(again.exitCode()).isZero();
        assertThat(again.out()).startsWith("{\"name\":\"web\"");
        assertThat(ask(port)).isEqualTo("two");
    }

    @Test
    void waitingForAnOldSideThatIsBusyIsExitCode1AndHasSwitchedAllTheSame() throws Exception {
        int port = freePort();
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            proxy("127.0.0.1:" + port, "localhost:" + silent.getLocalPort(), "--name", "web");
            try (Socket old = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket atTheServer = silent.accept()) {
                assertThat(atTheServer.isConnected()).isTrue();

                Cli late = switchTo("web", server("two"), "--wait", "--timeout", "50ms");

                assertThat(late.exitCode()).isEqualTo(1);
                assertThat(late.err())
                        .contains("1 connections to the earlier address")
                        .hasLineCount(1);
                assertThat(old.isClosed()).isFalse();
            }
        }
        assertThat(ask(port)).isEqualTo("two");
    }

    @Test
    void theSwitchOverHttpIsOpenedByTheDaemon() throws Exception {
        int port = freePort();
        int http = freePort();
        String one = server("one");

        assertThat(proxy("127.0.0.1:" + port, one, "--http-port", String.valueOf(http))
                        .exitCode())
                .isZero();

        try (Socket door = new Socket(InetAddress.getLoopbackAddress(), http)) {
            door.getOutputStream()
                    .write("GET /current HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(door.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK")
                    .endsWith("\r\n\r\n" + one + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8080, nonsense, 2, is not the address of a backend",
        "eight, localhost:1, 2, is not an address to listen on",
        "8080, no.such.host.invalid:1, 2, is not known",
        "unix:/nowhere-that-is/writable/for/sure/\0x, localhost:1, 2, is not an address"
    })
    void anAddressThatDoesNotParseIsOneLineAndExitCode2(String listen, String backend, int code, String reason) {
        Cli refused = proxy(listen, backend);

        assertThat(refused.exitCode()).isEqualTo(code);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains(reason).hasLineCount(1);
        assertThat(Cli.run("ls", "--daemon", address).out()).contains("No service is registered");
    }

    @Test
    void aPortInUseIsExitCode1() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            Cli refused = proxy(String.valueOf(other.getLocalPort()), "localhost:1");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("held by another program").hasLineCount(1);
        }
    }

    @Test
    void anUnknownBackendIsNotSwitched() {
        Cli refused = switchTo("web", "localhost:1");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("there is no backend 'web'").hasLineCount(1);
    }

    @Test
    void aDaemonThatWasNamedAndIsNotThereIsExitCode4() throws Exception {
        Cli refused = Cli.run("proxy", "--daemon", "127.0.0.1:" + freePort(), "8080", "localhost:1");

        assertThat(refused.exitCode()).isEqualTo(4);
    }

    @Test
    void inTheForegroundAPortInUseIsExitCode1AndNothingRunsOn() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            Cli refused = Cli.run("proxy", "--foreground", String.valueOf(other.getLocalPort()), "localhost:1");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("held by another program").hasLineCount(1);
        }
    }

    @Test
    void halfACommandIsWrongUsage() {
        assertThat(Cli.run("proxy").err()).contains("LISTEN and BACKEND are missing");
        assertThat(Cli.run("proxy", "8080").exitCode()).isEqualTo(2);
        assertThat(Cli.run("proxy", "8080", "localhost:1", "--http-port", "99999")
                        .exitCode())
                .isEqualTo(2);
        assertThat(Cli.run("proxy", "8080", "localhost:1", "--proxy-addr", "tcp://localhost:1")
                        .err())
                .contains("do not go with --config");
    }

    @Test
    void aConfigurationThatCannotBeUsedIsExitCode2(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("tcpause.yml");
        Files.writeString(file, "proxy:\n  addr: tcp://localhost:0\n  colour: red\n");

        Cli unknown = Cli.run("proxy", "--config", file.toString());
        Cli missing = Cli.run("proxy", "--config", directory.resolve("no.yml").toString());

        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err())
                .startsWith("socketmaster proxy: " + file + ":3: 'proxy.colour' means nothing here; the names are ")
                .hasLineCount(1);
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).contains("there is no such file").hasLineCount(1);
    }
}
