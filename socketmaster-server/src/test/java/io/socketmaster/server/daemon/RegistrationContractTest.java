package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.get;
import static io.socketmaster.server.daemon.ScriptedService.echo;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBufUtil;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.config.NamedSettings;
import io.socketmaster.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contract section 1: registration tells the truth. */
class RegistrationContractTest {
    @Test
    void portZeroBindsAFreePortAndSaysWhich() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service =
                    daemon.register(SocketDefinition.tcp(0), echo()).expectOk();

            try (Socket client = connect(service.boundPort())) {
                RunningDaemon.send(client, "hello");
                client.shutdownOutput();
                assertThat(RunningDaemon.readAll(client)).isEqualTo("hello");
            }
        }
    }

    @Test
    void anAddressIsNoServerNameOfTls() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService refused =
                    daemon.register(SocketDefinition.tcp(0), Options.sni("web.example", "10.0.0.1"), echo());

            assertThat(refused.reply().status()).startsWith("BAD_REQUEST: sni 10.0.0.1 is an address");
        }
    }

    @Test
    void aPortThatAnotherProgramHoldsIsPortInUseWithTheAddress() throws Exception {
        try (ServerSocket other = new ServerSocket(0);
                RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService refused = daemon.register(SocketDefinition.tcp(other.getLocalPort()), echo());

            assertThat(refused.reply().status())
                    .startsWith("PORT_IN_USE: ")
                    .contains(String.valueOf(other.getLocalPort()));
            assertThat(refused.reply().refusal().orElseThrow().code().isRetryable())
                    .isTrue();
        }
    }

    @Test
    void aPortAbove65535IsABadRequestThatNamesIt() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start();
                Socket service = connect(daemon.control().getPort())) {
            service.getOutputStream().write(ByteBufUtil.decodeHexDump("0000000000000000000000000001117000"));

            assertThat(replyText(service)).startsWith("BAD_REQUEST: ").contains("70000");
        }
    }

    @Test
    void aTlsClientOfTheControlSocketIsToldByAnAlert() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start();
                SSLSocket client =
                        PortSharingContractTest.tlsConnect(daemon.control().getPort(), "localhost")) {
            assertThatThrownBy(client::startHandshake)
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("handshake_failure");
        }
    }

    @Test
    void aKeyThatDoesNotFitItsCertificateIsBadCert() throws Exception {
        var one = TestCertificates.selfSigned("one.example");
        String otherKey = TestCertificates.pkcs8(
                TestCertificates.keyPair(TestCertificates.Kind.EC, "another").getPrivate());
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService refused =
                    daemon.register(SocketDefinition.tcp(0).withTls(one.certificatePem(), otherKey), echo());

            assertThat(refused.reply().status()).startsWith("BAD_CERT: ");
        }
    }

    @Test
    void anExpiredCertificateIsAWarning() throws Exception {
        var expired = TestCertificates.expired("old.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = daemon.register(
                            SocketDefinition.tcp(0).withTls(expired.certificatePem(), expired.keyPem()), echo())
                    .expectOk();

            assertThat(service.reply().details().orElseThrow().warnings()).anyMatch(text -> text.contains("expired"));
        }
    }

    @Test
    void anAddressThatIsNotOfThisMachineIsABadRequest() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService refused = daemon.register(SocketDefinition.tcp(0).withAddress("192.0.2.1"), echo());

            assertThat(refused.reply().status()).startsWith("BAD_REQUEST: ").contains("192.0.2.1");
        }
    }

    @Test
    void everyHostileRequestGetsAnErrorWhileAnotherServiceGoesOnUndisturbed() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService good =
                    daemon.register(SocketDefinition.http(0, "/"), http("good")).expectOk();
            for (byte[] hostile : hostileRequests()) {
                try (Socket service = connect(daemon.control().getPort())) {
                    service.getOutputStream().write(hostile);
                    service.shutdownOutput();
                    // An error reply or a plain close, never an OK and never silence.
                    assertThat(RunningDaemon.readAll(service)).doesNotContain("OK");
                }
                assertThat(get(good.boundPort(), "x", "/")).contains("good: GET / HTTP/1.1");
            }
        }
    }

    private static List<byte[]> hostileRequests() throws IOException {
        List<byte[]> hostile = new ArrayList<>();
        try (InputStream vectors = RegistrationContractTest.class.getResourceAsStream("/vectors/handshake-v1.json")) {
            JsonNode root = new ObjectMapper().readTree(vectors);
            root.get("hostile")
                    .forEach(row -> hostile.add(ByteBufUtil.decodeHexDump(
                            row.has("request")
                                    ? row.get("request").asText()
                                    : row.get("request_prefix").asText())));
            byte[] whole = ByteBufUtil.decodeHexDump(
                    root.get("requests").get(5).get("request").asText());
            for (int cut = 0; cut < whole.length; cut += 7) {
                hostile.add(java.util.Arrays.copyOf(whole, cut));
            }
        }
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            byte[] noise = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(noise);
            hostile.add(noise);
        }
        hostile.add("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return hostile;
    }

    @Test
    void aHandshakeThatIsNotCompleteAtItsDeadlineIsRefused() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(settings -> withHandshake(settings, "300ms", 256));
                Socket slow = connect(daemon.control().getPort())) {
            slow.getOutputStream().write(0);

            assertThat(replyText(slow)).startsWith("BAD_REQUEST: ").contains("not complete");
        }
    }

    @Test
    void connectionsThatSayNothingDoNotKeepOutOneThatSpeaks() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (RunningDaemon daemon = RunningDaemon.start(settings -> withHandshake(settings, "30s", 8))) {
            for (int i = 0; i < 50; i++) {
                silent.add(connect(daemon.control().getPort()));
            }

            daemon.register(SocketDefinition.tcp(0), echo()).expectOk();

            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static DaemonSettings withHandshake(DaemonSettings settings, String deadline, int handshakes) {
        return NamedSettings.with(
                settings, Map.of("handshakeDeadline", deadline, "handshakes", String.valueOf(handshakes)));
    }

    @Test
    void aServiceIsToldThatItsSessionEndsBeforeTheDaemonThatStopsClosesIt() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service =
                    daemon.register(SocketDefinition.tcp(0), echo()).expectOk();

            daemon.daemon().stop();

            assertThat(service.endsAfterGoAway()).isTrue();
        }
    }

    @Test
    void aVersion1ServiceIsServedWithoutTheExtension() throws Exception {
        int port = freePort();
        try (RunningDaemon daemon = RunningDaemon.start();
                ScriptedService service = ScriptedService.connect(
                        daemon.control(), SocketDefinition.http(port, "/a"), Optional.empty(), http("old"))) {
            service.expectOk();

            assertThat(get(port, "x", "/a/b?c=d")).contains("old: GET /a/b?c=d HTTP/1.1");
        }
    }

    @Test
    void theReplyTellsSessionGenerationAndRoute() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = daemon.register(
                            SocketDefinition.http(0, "/a").withDomain("example.com"), http("a"))
                    .expectOk();

            var details = service.reply().details().orElseThrow();
            assertThat(details.session()).isNotEmpty();
            assertThat(details.generation()).isEqualTo(1);
            assertThat(details.route()).contains("http").contains("example.com").contains("/a");
        }
    }

    @Test
    void theUnixControlSocketIsForItsOwnerOnly(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("control.sock");
        try (RunningDaemon daemon = RunningDaemon.start(settings -> settings.withUnixSocket(Optional.of(path)))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
            try (var channel = java.nio.channels.SocketChannel.open(java.net.UnixDomainSocketAddress.of(path))) {
                channel.write(
                        java.nio.ByteBuffer.wrap(ByteBufUtil.decodeHexDump("0000000000000000000000000001117000")));
                var answer = java.nio.ByteBuffer.allocate(64);
                channel.read(answer);
                assertThat(new String(answer.array(), 8, 11, StandardCharsets.US_ASCII))
                        .isEqualTo("BAD_REQUEST");
            }
            assertThat(daemon.faults).isEmpty();
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aSocketFileThatADeadDaemonLeftIsReplacedAndALiveOneIsNot(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("control.sock");
        try (var dead = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            dead.bind(java.net.UnixDomainSocketAddress.of(path));
        }
        try (RunningDaemon daemon = RunningDaemon.start(settings -> settings.withUnixSocket(Optional.of(path)))) {
            assertThat(daemon.control().getPort()).isPositive();
            org.assertj.core.api.Assertions.assertThatIOException()
                    .isThrownBy(() -> RunningDaemon.start(settings -> settings.withUnixSocket(Optional.of(path))))
                    .withMessageContaining("another program answers");
        }
    }

    @Test
    void namesThatCannotBeHostsAreABadRequestNamingThem() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService refused =
                    daemon.register(SocketDefinition.http(0, "/").withDomain("exa mple"), http("x"));

            assertThat(refused.reply().status()).startsWith("BAD_REQUEST: ").contains("exa mple");
        }
    }

    @Test
    void hostsOnAPlainTcpRouteAreABadRequest() throws Exception {
        RegistrationOptions options = Options.hosts("a.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            assertThat(daemon.register(SocketDefinition.tcp(0), options, echo())
                            .reply()
                            .status())
                    .startsWith("BAD_REQUEST: ")
                    .contains("hosts");
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    private static String replyText(Socket socket) throws IOException {
        byte[] length = socket.getInputStream().readNBytes(8);
        return RunningDaemon.read(socket, (length[6] << 8) | (length[7] & 0xff));
    }
}
