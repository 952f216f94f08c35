package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.ScriptedService.echo;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A definition's address may be a Unix socket. */
class UnixListenerContractTest {
    @TempDir
    Path directory;

    private RunningDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = RunningDaemon.start();
    }

    @AfterEach
    void stop() throws Exception {
        daemon.close();
    }

    private static SocketDefinition tcp(String address) {
        return SocketDefinition.tcp(0).withAddress(address);
    }

    private static SocketChannel connect(Path path) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    private static void send(SocketChannel client, String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static String readAll(SocketChannel client) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        while (client.read(bytes) >= 0) {
            assertThat(bytes.hasRemaining()).isTrue();
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }

    private static String exchange(Path path, String text) throws IOException {
        try (SocketChannel client = connect(path)) {
            send(client, text);
            client.shutdownOutput();
            return readAll(client);
        }
    }

    @Test
    void aClientThatHalfClosesGetsItsAnswer() throws Exception {
        Path path = directory.resolve("echo.sock");
        daemon.register(tcp("unix:" + path), echo()).expectOk();

        assertThat(exchange(path, "hello")).isEqualTo("hello");
        assertThat(exchange(path, "x".repeat(300_000))).hasSize(300_000);
    }

    @Test
    void httpServicesShareAUnixSocket() throws Exception {
        Path path = directory.resolve("web.sock");
        String address = "unix://" + path;
        daemon.register(SocketDefinition.http(0, "/a").withAddress(address), http("a"))
                .expectOk();
        daemon.register(SocketDefinition.http(0, "/b").withAddress(address), http("b"))
                .expectOk();

        String request = "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        assertThat(exchange(path, request)).contains(" 200 ").contains("b: GET /b");
    }

    @Test
    void theFileHasTheModeThatTheAddressSays() throws Exception {
        Path path = directory.resolve("m.sock");
        daemon.register(tcp("unix:" + path), echo()).expectOk();
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));

        Path other = directory.resolve("n.sock");
        daemon.register(
                        tcp("unix:" + other + "?mode=0606&owner="
                                + Files.getOwner(directory).getName()),
                        echo())
                .expectOk();
        assertThat(Files.getPosixFilePermissions(other)).isEqualTo(PosixFilePermissions.fromString("rw----rw-"));
    }

    @Test
    void aStaleSocketFileIsReplaced() throws Exception {
        Path path = directory.resolve("stale.sock");
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        assertThat(path).exists();

        daemon.register(tcp("unix:" + path), echo()).expectOk();

        assertThat(exchange(path, "hello")).isEqualTo("hello");
    }

    @Test
    void aLiveSocketIsPortInUseAndStaysAsItIs() throws Exception {
        Path path = directory.resolve("live.sock");
        try (PlainServer other = PlainServer.start("other", path)) {
            assertThat(daemon.register(tcp("unix:" + path), echo()).reply().status())
                    .startsWith("PORT_IN_USE: another program answers on " + path);
            assertThat(exchange(path, "x")).isEqualTo("other>x");
            assertThat(other.accepted.get()).isPositive();
        }
        assertThat(Files.list(directory)).containsExactly(path);
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws Exception {
        Path path = Files.writeString(directory.resolve("notes.txt"), "mine");

        assertThat(daemon.register(tcp("unix:" + path), echo()).reply().status())
                .startsWith("BAD_REQUEST: " + path + " is there already and is no socket");
        assertThat(path).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unix:relative.sock",
                "unix:",
                "unix:/",
                "unix:/tmp/x.sock?mode=999",
                "unix:/tmp/x.sock?colour=red",
                "unix:/tmp/x.sock?owner=no-such-user-here"
            })
    void anAddressThatDoesNotFitIsRefusedWithTheRemedy(String address) {
        assertThat(daemon.register(tcp(address), echo()).reply().status())
                .startsWith("BAD_REQUEST: ")
                .contains(";");
        assertThat(Path.of("/tmp/x.sock")).doesNotExist();
    }

    @Test
    void aPathThatIsTooLongOrNotADirectoryIsRefused() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");

        assertThat(daemon.register(tcp("unix:" + directory.resolve("x".repeat(120))), echo())
                        .reply()
                        .status())
                .startsWith("BAD_REQUEST: ")
                .contains("too long for a Unix socket");
        assertThat(daemon.register(tcp("unix:" + file.resolve("a.sock")), echo())
                        .reply()
                        .status())
                .startsWith("BAD_REQUEST: ");
        assertThat(Files.list(directory)).containsExactly(file);
    }

    @Test
    void theFileGoesWithTheRoute() throws Exception {
        Path path = directory.resolve("gone.sock");
        ScriptedService service = daemon.register(tcp("unix:" + path), Options.hold(Duration.ZERO), echo())
                .expectOk();

        daemon.crash(service);

        await().until(() -> !Files.exists(path));
    }

    @Test
    void aPlainBackendListensOnAUnixSocketToo() throws Exception {
        Path path = directory.resolve("public.sock");
        try (PlainServer server = PlainServer.start("one", directory.resolve("app.sock"))) {
            Api.send(
                            daemon,
                            Api.request(
                                    "PUT",
                                    "/v1/backends/web",
                                    "Content-Type: application/json\r\n",
                                    "{\"listen\":\"unix:" + path + "\",\"backend\":\"" + server.address() + "\"}"))
                    .expect(201);

            assertThat(exchange(path, "hello")).isEqualTo("one>hello");
        }
    }
}
