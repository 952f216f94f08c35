package io.socketmaster.whole;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.socketmaster.client.SocketMasterException;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import io.socketmaster.testing.TestCertificates.Kind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service may change without a reconnect: through a whole daemon, with our own library and the JDK's TLS. */
class UpdateContractTest {
    private static final Credentials FIRST = TestCertificates.selfSigned(Kind.EC, "localhost");
    private static final Credentials SECOND = TestCertificates.selfSigned(Kind.RSA, "localhost");

    private static TlsMaterial pem(Credentials credentials) {
        return new TlsMaterial(credentials.certificatePem(), credentials.keyPem());
    }

    private static SSLSocket connect(int port) throws IOException, GeneralSecurityException {
        SSLSocket socket = unconnected(port);
        socket.startHandshake();
        return socket;
    }

    /** Before its handshake. */
    private static SSLSocket unconnected(int port) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("first", FIRST.root());
        store.setCertificateEntry("second", SECOND.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return (SSLSocket) context.getSocketFactory().createSocket(Whole.connect(port), "localhost", port, true);
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private static X509Certificate shown(int port) throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect(port)) {
            assertThat(Whole.ask(socket, "GET", "/")).isEqualTo("it: GET /");
            return shown(socket);
        }
    }

    private static SocketDefinition https(Credentials credentials) {
        return SocketDefinition.http(0, "/").withTls(credentials.certificatePem(), credentials.keyPem());
    }

    @Test
    void aNewCertificateIsShownToNewConnectionsAndOpenOnesAreUntouched() throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service service = whole.serve("it", https(FIRST));
            try (SSLSocket open = connect(service.port())) {
                assertThat(shown(open)).isEqualTo(FIRST.root());
                String session = service.listener.session();

                assertThat(service.listener.update(pem(SECOND)).join()).isEmpty();

                assertThat(shown(service.port())).isEqualTo(SECOND.root());
                assertThat(Whole.ask(open, "GET", "/still")).isEqualTo("it: GET /still");
                assertThat(service.listener.session()).isEqualTo(session);
            }
            assertThat(service.events).isEmpty();
        }
    }

    @Test
    void aNewCertificateLeavesWhatIsSpokenAsItIs() throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service service = whole.serve("it", https(FIRST), client -> client.alpn("http/1.1"));
            assertThat(agreed(service.port())).isEqualTo("http/1.1");

            service.listener.update(pem(SECOND)).join();

            assertThat(shown(service.port())).isEqualTo(SECOND.root());
            assertThat(agreed(service.port())).isEqualTo("http/1.1");
        }
    }

    /** What a client that would rather speak HTTP/2 gets. */
    private static String agreed(int port) throws IOException, GeneralSecurityException {
        try (SSLSocket socket = unconnected(port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getApplicationProtocol();
        }
    }

    @Test
    void badMaterialIsATypedErrorAndChangesNothing() throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service service = whole.serve("it", https(FIRST));
            TlsMaterial mixed = new TlsMaterial(SECOND.certificatePem(), FIRST.keyPem());
            TlsMaterial noise = new TlsMaterial("no certificate", "no key");
            TlsMaterial huge = new TlsMaterial("x".repeat(300_000), FIRST.keyPem());

            assertThat(refusal(service, mixed)).isEqualTo(ErrorCode.BAD_CERT);
            assertThat(refusal(service, noise)).isEqualTo(ErrorCode.BAD_CERT);
            assertThat(refusal(service, huge)).isEqualTo(ErrorCode.BAD_REQUEST);

            assertThat(shown(service.port())).isEqualTo(FIRST.root());
            assertThat(service.listener.update(pem(SECOND)).join()).isEmpty();
            assertThat(shown(service.port())).isEqualTo(SECOND.root());
        }
    }

    private static ErrorCode refusal(Whole.Service service, TlsMaterial material) {
        CompletionException failure = catchThrowableOfType(
                CompletionException.class,
                () -> service.listener.update(material).join());
        assertThat(failure).hasCauseInstanceOf(SocketMasterException.class);
        return ((SocketMasterException) failure.getCause()).code();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServiceWithoutACertificateHasNoneToRenew(boolean http) throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service service = whole.serve("it", http ? SocketDefinition.http(0, "/") : SocketDefinition.tcp(0));

            assertThat(refusal(service, pem(FIRST))).isEqualTo(ErrorCode.BAD_REQUEST);
        }
    }

    @Test
    void anExpiredCertificateIsAWarningHereToo() throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service service = whole.serve("it", https(FIRST));
            List<String> warnings = service.listener
                    .update(pem(TestCertificates.expired("localhost")))
                    .join();

            assertThat(warnings).singleElement().asString().contains("expired");
        }
    }

    @Test
    void weightAndMetadataChangeToo() throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service service = whole.serve("it", SocketDefinition.http(0, "/"));

            service.listener.update(250).join();
            service.listener.update(Map.of("commit", "abc")).join();

            assertThat(whole.api("/v1/sessions")).contains("\"weight\":250", "\"metadata\":{\"commit\":\"abc\"}");
        }
    }
}
