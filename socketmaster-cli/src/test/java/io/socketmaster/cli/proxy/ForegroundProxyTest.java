package io.socketmaster.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.socketmaster.testing.Background;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pausing proxy in this process: its paths, its waiting and its 503. */
class ForegroundProxyTest {
    @TempDir
    private Path directory;

    private ServerSocket upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Background.run(() -> {
            while (!upstream.isClosed()) {
                try (Socket client = upstream.accept()) {
                    client.getOutputStream().write("upstream".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        upstream.close();
    }

    private Path control() {
        return directory.resolve("control.sock");
    }

    private TcpauseConfig config(boolean reject) {
        return new TcpauseConfig(
                Duration.ofSeconds(1),
                "127.0.0.1:0",
                "127.0.0.1:" + upstream.getLocalPort(),
                "unix://" + control(),
                reject,
                Duration.ofMillis(2_100),
                Optional.empty());
    }

    private static int port(ForegroundProxy proxy) {
        return Integer.parseInt(proxy.listen().substring(proxy.listen().lastIndexOf(':') + 1));
    }

    private static String ask(ForegroundProxy proxy) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port(proxy))) {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private String script(String method, String path) throws IOException {
        try (SocketChannel door = SocketChannel.open(UnixDomainSocketAddress.of(control()))) {
            door.write(
                    ByteBuffer.wrap((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(4_096);
            while (door.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void scriptsPauseAndResumeAndClientsWaitMeanwhile() throws Exception {
        try (ForegroundProxy proxy = ForegroundProxy.pausing(config(/* reject= */ false))) {
            assertThat(ask(proxy)).isEqualTo("upstream");
            assertThat(script("GET", "/paused")).startsWith("HTTP/1.1 200").endsWith("{\"paused\": false}");

            assertThat(script("PUT", "/paused")).startsWith("HTTP/1.1 201");
            assertThat(script("GET", "/paused/block-until-idle")).startsWith("HTTP/1.1 204");
            CompletableFuture<String> waiting = Background.supply(() -> ask(proxy));
            assertThat(script("GET", "/paused")).endsWith("{\"paused\": true}");
            assertThat(waiting).isNotDone();

            assertThat(script("DELETE", "/paused")).startsWith("HTTP/1.1 204");
            assertThat(waiting.get()).isEqualTo("upstream");
            assertThat(script("GET", "/v1/status")).startsWith("HTTP/1.1 404");
        }
        await().until(() -> !Files.exists(control()));
    }

    @Test
    void clientsAreRejectedWithAWhole503WithoutTlsFiles() throws Exception {
        try (ForegroundProxy proxy = ForegroundProxy.pausing(config(/* reject= */ true))) {
            script("PUT", "/paused");

            assertThat(ask(proxy))
                    .isEqualTo("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 0\r\n"
                            + "Connection: close\r\n\r\n");

            script("DELETE", "/paused");
            assertThat(ask(proxy)).isEqualTo("upstream");
        }
    }

    @Test
    void aControlAddressThatIsTakenLeavesNothingBehind() throws Exception {
        try (ForegroundProxy first = ForegroundProxy.pausing(config(/* reject= */ false))) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> ForegroundProxy.pausing(config(/* reject= */ false)))
                    .withMessageContaining("another program answers on");
            assertThat(ask(first)).isEqualTo("upstream");
        }
    }

    @Test
    void aCertificateThatIsNotThereIsNamed() {
        TcpauseConfig config = TcpauseConfig.of(
                Optional.empty(),
                Map.of(TcpauseConfig.CERT, directory + "/no.pem", TcpauseConfig.KEY, directory + "/no.key"));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ForegroundProxy.pausing(config))
                .withMessage("proxy.tls.cert: there is no file " + directory + "/no.pem; correct the path");
    }

    @Test
    void overTlsThe503GoesToClientsWithACertificateOfTheAuthorityOnly() throws Exception {
        Credentials server = TestCertificates.chain(TestCertificates.Kind.EC, "localhost");
        Credentials client = TestCertificates.chain(TestCertificates.Kind.RSA, "client");
        TcpauseConfig.TlsFiles files = new TcpauseConfig.TlsFiles(
                Optional.of(file("ca.pem", TestCertificates.pemOf(List.of(client.root())))),
                file("cert.pem", server.certificatePem()),
                file("key.pem", server.keyPem()));
        TcpauseConfig plain = config(/* reject= */ true);
        TcpauseConfig config = new TcpauseConfig(
                plain.gracePeriod(),
                plain.listen(),
                plain.upstream(),
                plain.control(),
                plain.rejectClients(),
                Duration.ZERO,
                Optional.of(files));
        try (ForegroundProxy proxy = ForegroundProxy.pausing(config)) {
            assertThat(ask(proxy))
                    .as("what is not paused is passed on unopened")
                    .isEqualTo("upstream");
            script("PUT", "/paused");

            assertThat(askOverTls(proxy, server, Optional.of(client)))
                    .isEqualTo("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> askOverTls(proxy, server, Optional.empty()));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> askOverTls(proxy, server, Optional.of(server)));
        }
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String askOverTls(ForegroundProxy proxy, Credentials server, Optional<Credentials> client)
            throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", server.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (client.isPresent()) {
            own.setKeyEntry(
                    "key", client.get().key(), new char[0], client.get().chain().toArray(new X509Certificate[0]));
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        try (Socket socket = context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port(proxy))) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
