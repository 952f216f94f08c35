package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.PortSharingContractTest.tls;
import static io.socketmaster.server.daemon.PortSharingContractTest.tlsConnect;
import static io.socketmaster.server.daemon.RunningDaemon.readUntil;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract section 2, for what a TLS client is given: versions and suites, sessions, certificates. */
class TlsContractTest {
    private static final String HOST = "s.example";
    private static final String GET = "GET /x HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n";
    private static final String ANSWER = "GET /x HTTP/1.1\n";

    private RunningDaemon daemon;
    private int port;
    private Credentials certificate;

    @BeforeEach
    void start() throws Exception {
        daemon = RunningDaemon.start();
        certificate = TestCertificates.selfSigned(TestCertificates.Kind.EC, HOST);
        port = daemon.register(tls(SocketDefinition.http(0, "/"), certificate), http("one"))
                .expectOk()
                .boundPort();
    }

    @AfterEach
    void stop() throws Exception {
        daemon.close();
    }

    private static SSLContext newContext() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEverybody()}, null);
        return context;
    }

    private SSLSocket connect(SSLContext context, String version, String... alpn) throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(new Socket(InetAddress.getLoopbackAddress(), port), HOST, port, true);
        socket.setSoTimeout(15_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(HOST)));
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(alpn);
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static String ask(Socket client) throws Exception {
        send(client, GET);
        return readUntil(client.getInputStream(), ANSWER);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, TLS_AES_128_GCM_SHA256",
        "TLSv1.3, TLS_AES_256_GCM_SHA384",
        "TLSv1.3, TLS_CHACHA20_POLY1305_SHA256",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
    })
    void todaysSuitesAreServed(String version, String suite) throws Exception {
        try (SSLSocket client = connect(newContext(), version)) {
            client.setEnabledCipherSuites(new String[] {suite});
            assertThat(ask(client)).contains("one: GET /x ");
            assertThat(client.getSession().getCipherSuite()).isEqualTo(suite);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"})
    void yesterdaysSuitesAreNot(String suite) throws Exception {
        try (SSLSocket client = connect(newContext(), "TLSv1.2")) {
            client.setEnabledCipherSuites(new String[] {suite});
            assertThatThrownBy(client::startHandshake).isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionIsResumed(String version) throws Exception {
        SSLContext context = newContext();
        byte[] first;
        long created;
        try (SSLSocket client = connect(context, version)) {
            ask(client);
            first = client.getSession().getId();
            created = client.getSession().getCreationTime();
        }
        try (SSLSocket client = connect(context, version)) {
            ask(client);
            assertThat(client.getSession().getCreationTime())
                    .as("a new session would be younger")
                    .isEqualTo(created);
            if (version.equals("TLSv1.2")) {
                assertThat(client.getSession().getId()).isEqualTo(first);
            }
        }
    }

    @Test
    void aNewCertificateIsForNewConnectionsAndTouchesNoOpenOne() throws Exception {
        try (SSLSocket open = tlsConnect(port, HOST);
                SSLSocket busy = tlsConnect(port, HOST)) {
            assertThat(ask(open)).contains("one: ");
            busy.startHandshake();
            send(busy, "GET /x HTTP/1.1\r\nHost: ");
            Credentials next = TestCertificates.selfSigned(TestCertificates.Kind.RSA, HOST, "more.example");
            daemon.register(tls(SocketDefinition.http(port, "/"), next), http("two"))
                    .expectOk();
            daemon.awaitGeneration("swapped 2");

            try (SSLSocket fresh = tlsConnect(port, HOST)) {
                assertThat(ask(fresh)).contains("two: ");
                assertThat(leaf(fresh)).isEqualTo(next.chain().get(0));
            }
            // The open ones go on, and their requests reach the new generation.
            assertThat(leaf(open)).isEqualTo(certificate.chain().get(0));
            assertThat(ask(open)).contains("two: ");
            send(busy, HOST + "\r\n\r\n");
            assertThat(readUntil(busy.getInputStream(), ANSWER)).contains("two: ");
        }
    }

    @Test
    void aTicketOfTheOldCertificateDoesNotHideTheNewOne() throws Exception {
        SSLContext context = newContext();
        try (SSLSocket client = connect(context, "TLSv1.3")) {
            ask(client);
        }
        Credentials next = TestCertificates.selfSigned(TestCertificates.Kind.EC, HOST, "more.example");
        daemon.register(tls(SocketDefinition.http(port, "/"), next), http("two"))
                .expectOk();
        daemon.awaitGeneration("swapped 2");
        try (SSLSocket client = connect(context, "TLSv1.3")) {
            ask(client);
            assertThat(leaf(client)).isEqualTo(next.chain().get(0));
        }
    }

    private static X509Certificate leaf(SSLSocket socket) throws Exception {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
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
