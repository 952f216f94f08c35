package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.get;
import static io.socketmaster.server.daemon.RunningDaemon.readAll;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static io.socketmaster.server.daemon.ScriptedService.banner;
import static io.socketmaster.server.daemon.ScriptedService.echo;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.config.NamedSettings;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** Contract section 2: one port, many services, one answer; and section 9 for streams. */
class PortSharingContractTest {
    @Test
    void requestsAreRoutedByPathAndHost() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/a"), http("a"))
                    .expectOk()
                    .boundPort();
            daemon.register(SocketDefinition.http(port, "/b"), http("b")).expectOk();
            daemon.register(SocketDefinition.http(port, "").withDomain("example.com"), http("host"))
                    .expectOk();

            assertThat(get(port, "x", "/a")).contains("a: GET /a ");
            assertThat(get(port, "x", "/a/1?q=2")).contains("a: GET /a/1?q=2 ");
            assertThat(get(port, "x", "/b")).contains("b: GET /b ");
            assertThat(get(port, "www.Example.com.:" + port, "/a")).contains("host: GET /a ");
            assertThat(get(port, "evilexample.com", "/c")).startsWith("HTTP/1.1 404 ");
            assertThat(get(port, "x", "/ab")).startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void oneConnectionServesSeveralServicesRequestByRequest() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/a"), http("a"))
                    .expectOk()
                    .boundPort();
            daemon.register(SocketDefinition.http(port, "/b"), http("b")).expectOk();
            try (Socket client = connect(port)) {
                send(client, "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(RunningDaemon.readUntil(client.getInputStream(), "b: GET /b HTTP/1.1\n"))
                        .contains("a: GET /a HTTP/1.1\n");
            }
        }
    }

    @Test
    void aSecondKindThatFirstBytesCannotTellApartIsAConflictNamingBoth() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/"), Options.named("web"), http("web"))
                    .expectOk()
                    .boundPort();
            ScriptedService refused = daemon.register(SocketDefinition.tcp(port), Options.named("database"), echo());

            assertThat(refused.reply().status())
                    .startsWith("KIND_CONFLICT: ")
                    .contains("web")
                    .contains("database");
            assertThat(get(port, "x", "/")).contains("web: GET / ");
        }
    }

    @Test
    void aSecondNameOnTheSameRouteIsAConflictNamingBoth() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/a"), Options.named("one"), http("one"))
                    .expectOk()
                    .boundPort();
            ScriptedService refused =
                    daemon.register(SocketDefinition.http(port, "/a"), Options.named("two"), http("two"));

            assertThat(refused.reply().status())
                    .startsWith("KIND_CONFLICT: ")
                    .contains("one")
                    .contains("two");
        }
    }

    @Test
    void aServiceThatIsAbsentKeepsItsPlace() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService absent =
                    daemon.register(SocketDefinition.http(0, "/"), http("x")).expectOk();
            int port = absent.boundPort();
            daemon.crash(absent);
            ScriptedService refused = daemon.register(SocketDefinition.tcp(port), echo());

            assertThat(refused.reply().status()).startsWith("KIND_CONFLICT: ");
        }
    }

    @Test
    void aServerThatSpeaksFirstIsNotWaitedForOnAPortOfPlainTcpOnly() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.tcp(0), banner("220 ready\r\n"))
                    .expectOk()
                    .boundPort();
            try (Socket client = connect(port)) {
                assertThat(RunningDaemon.read(client, 11)).isEqualTo("220 ready\r\n");
            }
        }
    }

    @Test
    void plainTcpAndTlsShareAPortAndASilentClientIsTheTcpServices() throws Exception {
        Credentials secure = TestCertificates.selfSigned("secure.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.tcp(0), banner("220 plain\r\n"))
                    .expectOk()
                    .boundPort();
            daemon.register(tls(SocketDefinition.http(port, "/"), secure), http("secure"))
                    .expectOk();

            try (Socket silent = connect(port)) {
                assertThat(RunningDaemon.read(silent, 11)).isEqualTo("220 plain\r\n");
            }
            try (SSLSocket client = tlsConnect(port, "secure.example")) {
                assertThat(get(client, "secure.example", "/")).contains("secure: GET / ");
            }
        }
    }

    @Test
    void clearTextAndTlsShareAPort() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("a.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/"), http("plain"))
                    .expectOk()
                    .boundPort();
            daemon.register(tls(SocketDefinition.http(port, "/"), certificate), http("secure"))
                    .expectOk();

            assertThat(get(port, "a.example", "/")).contains("plain: GET / ");
            try (SSLSocket client = tlsConnect(port, "a.example")) {
                assertThat(get(client, "a.example", "/")).contains("secure: GET / ");
            }
        }
    }

    @Test
    void whoForgetsTlsOrUsesItWhereThereIsNoneIsToldSoWithThe404() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("a.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(SocketDefinition.http(0, "/secure"), certificate), http("secure"))
                    .expectOk()
                    .boundPort();
            assertThat(get(port, "a.example", "/secure"))
                    .startsWith("HTTP/1.1 404 ")
                    .contains("served by TLS only", "https://");
            assertThat(get(port, "a.example", "/other")).contains("No service has registered");

            daemon.register(SocketDefinition.http(port, "/plain"), http("plain"))
                    .expectOk();
            try (SSLSocket client = tlsConnect(port, "a.example")) {
                assertThat(get(client, "a.example", "/plain"))
                        .startsWith("HTTP/1.1 404 ")
                        .contains("not served by TLS", "http://");
            }
        }
    }

    @Test
    void aClientThatEndsWithoutAWordIsNotWaitedFor() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("a.example");
        try (RunningDaemon daemon = RunningDaemon.start(PortSharingContractTest::withoutHurry)) {
            int http = daemon.register(SocketDefinition.http(0, "/"), http("x"))
                    .expectOk()
                    .boundPort();
            int tcp =
                    daemon.register(SocketDefinition.tcp(0), echo()).expectOk().boundPort();
            daemon.register(tls(SocketDefinition.http(tcp, "/"), certificate), http("secure"))
                    .expectOk();
            for (int port : new int[] {http, tcp}) {
                try (Socket client = connect(port)) {
                    client.shutdownOutput();
                    assertThat(RunningDaemon.readAll(client)).isEmpty();
                }
            }
        }
    }

    /** First bytes are waited for longer than a test has patience. */
    private static DaemonSettings withoutHurry(DaemonSettings settings) {
        return NamedSettings.with(settings, Map.of("sniff", "5m", "silence", "5m"));
    }

    @Test
    void eachServiceHasItsOwnCertificateOnOnePortChosenBySni() throws Exception {
        Credentials a = TestCertificates.selfSigned("a.example");
        Credentials b = TestCertificates.selfSigned(TestCertificates.Kind.RSA, "b.example", "*.b.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(SocketDefinition.http(0, "/").withDomain("a.example"), a), http("a"))
                    .expectOk()
                    .boundPort();
            daemon.register(tls(SocketDefinition.http(port, "/").withDomain("b.example"), b), http("b"))
                    .expectOk();

            try (SSLSocket first = tlsConnect(port, "a.example");
                    SSLSocket second = tlsConnect(port, "x.b.example")) {
                assertThat(names(first)).contains("a.example");
                assertThat(get(first, "a.example", "/")).contains("a: GET / ");
                assertThat(names(second)).contains("b.example");
                assertThat(get(second, "x.b.example", "/")).contains("b: GET / ");
            }
        }
    }

    @Test
    void anUnknownServerNameGetsTheAlertUnrecognizedName() throws Exception {
        Credentials a = TestCertificates.selfSigned("a.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(SocketDefinition.http(0, "/").withDomain("a.example"), a), http("a"))
                    .expectOk()
                    .boundPort();

            try (SSLSocket client = tlsConnect(port, "other.example")) {
                assertThatThrownBy(client::startHandshake)
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("unrecognized_name");
            }
        }
    }

    @Test
    void aHostOfAnotherServicesCertificateIsMisdirected() throws Exception {
        Credentials a = TestCertificates.selfSigned("a.example");
        Credentials b = TestCertificates.selfSigned("b.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(SocketDefinition.http(0, "/").withDomain("a.example"), a), http("a"))
                    .expectOk()
                    .boundPort();
            daemon.register(tls(SocketDefinition.http(port, "/").withDomain("b.example"), b), http("b"))
                    .expectOk();

            try (SSLSocket client = tlsConnect(port, "a.example")) {
                assertThat(get(client, "b.example", "/")).startsWith("HTTP/1.1 421 ");
            }
        }
    }

    @Test
    void servicesThatTakeAnyHostShareOneNameAndAreToldApartByPath() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("localhost");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(SocketDefinition.http(0, "/a"), certificate), http("a"))
                    .expectOk()
                    .boundPort();
            daemon.register(tls(SocketDefinition.http(port, "/b"), certificate), http("b"))
                    .expectOk();

            try (SSLSocket named = tlsConnect(port, "localhost");
                    SSLSocket nameless = tlsConnect(port, "")) {
                assertThat(get(named, "localhost", "/b")).contains("b: GET /b ");
                assertThat(get(nameless, "127.0.0.1", "/a")).contains("a: GET /a ");
            }
        }
    }

    @Test
    void tlsWithoutHttpIsEndedAndItsBytesAreTheServices() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("raw.example");
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(SocketDefinition.tcp(0), certificate), echo())
                    .expectOk()
                    .boundPort();

            try (SSLSocket client = tlsConnect(port, "raw.example")) {
                send(client, "secret");
                assertThat(RunningDaemon.read(client, 6)).isEqualTo("secret");
            }
        }
    }

    @Test
    void passthroughBySniLeavesTlsToTheService() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(
                            SocketDefinition.tcp(0),
                            Options.sni("own.example"),
                            stream -> stream.pipeline().addLast(new FirstBytes(first)))
                    .expectOk()
                    .boundPort();

            try (SSLSocket client = tlsConnect(port, "own.example")) {
                assertThatThrownBy(client::startHandshake).isInstanceOf(java.io.IOException.class);
            }
            assertThat(first.get(10, TimeUnit.SECONDS))
                    .startsWith("\u0016\u0003")
                    .contains("own.example");
        }
    }

    @Test
    void aStreamHeaderGivesTheRealClientTheSniAndTheTlsFacts() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("raw.example");
        CompletableFuture<String> first = new CompletableFuture<>();
        RegistrationOptions options = Options.withProxyHeader();
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(
                            tls(SocketDefinition.tcp(0), certificate),
                            options,
                            stream -> stream.pipeline().addLast(new FirstBytes(first)))
                    .expectOk()
                    .boundPort();

            try (SSLSocket client = tlsConnect(port, "raw.example")) {
                send(client, "x");
                ByteBuf bytes = io.netty.buffer.Unpooled.copiedBuffer(
                        first.get(10, TimeUnit.SECONDS), java.nio.charset.StandardCharsets.ISO_8859_1);
                ProxyHeader header = ProxyHeader.read(bytes).orElseThrow();
                assertThat(header.endpoints().orElseThrow().source().getPort()).isEqualTo(client.getLocalPort());
                assertThat(header.endpoints().orElseThrow().destination().getPort())
                        .isEqualTo(port);
                assertThat(header.authority()).contains("raw.example");
                assertThat(header.tls().orElseThrow().version()).startsWith("TLSv1.");
            }
        }
    }

    @Test
    void halfCloseGoesBothWaysOnPlainTcp() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port =
                    daemon.register(SocketDefinition.tcp(0), echo()).expectOk().boundPort();
            try (Socket client = connect(port)) {
                send(client, "last words");
                client.shutdownOutput();
                assertThat(readAll(client)).isEqualTo("last words");
            }
        }
    }

    /** Tells what came first on a stream, and closes it. */
    private static final class FirstBytes extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> first;

        FirstBytes(CompletableFuture<String> first) {
            this.first = first;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            first.complete(bytes.toString(java.nio.charset.StandardCharsets.ISO_8859_1));
            bytes.release();
            ctx.close();
        }
    }

    static SocketDefinition tls(SocketDefinition definition, Credentials credentials) {
        return definition.withTls(credentials.certificatePem(), credentials.keyPem());
    }

    static SSLSocket tlsConnect(int port, String serverName) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEverybody()}, null);
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(java.net.InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(15_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String names(SSLSocket socket) throws Exception {
        X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return String.valueOf(Optional.ofNullable(certificate.getSubjectAlternativeNames()));
    }

    private static final class TrustEverybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
