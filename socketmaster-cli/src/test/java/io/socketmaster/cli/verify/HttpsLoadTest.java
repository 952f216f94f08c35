package io.socketmaster.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.cli.verify.LoadPlan.Method;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** The same over TLS. */
class HttpsLoadTest {
    private static SSLContext selfSigned() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        X500Name name = new X500Name("CN=somebody else");
        Instant now = Instant.now();
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(now.minus(Duration.ofDays(1))),
                                Date.from(now.plus(Duration.ofDays(1))),
                                name,
                                keys.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("key", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), null, null);
        return context;
    }

    private static ServerSocket listener() throws Exception {
        return selfSigned().getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    /** TLS over sockets that can be closed without TLS hearing of it. */
    private static final class Severable extends ServerSocket {
        private final SSLContext context = selfSigned();
        private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

        Severable() throws Exception {
            super(0, 100, InetAddress.getLoopbackAddress());
        }

        @Override
        public Socket accept() throws IOException {
            Socket socket = super.accept();
            sockets.add(socket);
            SSLSocket tls = (SSLSocket)
                    context.getSocketFactory().createSocket(socket, "client", socket.getPort(), /* autoClose= */ false);
            tls.setUseClientMode(false);
            return tls;
        }

        void sever() throws IOException {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Tally probe(ScriptedServer server, boolean insecure) throws IOException {
        LoadPlan plan = new LoadPlan(
                Target.parse("https://127.0.0.1:" + server.port() + "/"),
                Method.GET,
                List.of(),
                1,
                3,
                insecure,
                Duration.ofSeconds(20));
        try (LoadGenerator load = new LoadGenerator(plan)) {
            return load.probe().join();
        }
    }

    @Test
    void anyCertificateWillDoWhenInsecure() throws Exception {
        try (ScriptedServer server = new ScriptedServer(listener(), exchange -> exchange.write(ScriptedServer.OK))) {
            assertThat(probe(server, true).answeredSoFar()).isEqualTo(3);
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsALostConnection() throws Exception {
        try (ScriptedServer server = new ScriptedServer(listener(), exchange -> exchange.write(ScriptedServer.OK))) {
            Tally tally = probe(server, false);

            assertThat(tally.lossesOf(Loss.CONNECTION)).isEqualTo(3);
            assertThat(tally.firstLoss().orElseThrow().detail()).containsIgnoringCase("certification path");
            assertThat(server.requests()).isZero();
        }
    }

    @Test
    void aTlsConnectionWhoseEndIsNotSignedDoesNotCompleteAnAnswer() throws Exception {
        try (Severable listener = new Severable();
                ScriptedServer server = new ScriptedServer(listener, exchange -> {
                    exchange.write("HTTP/1.1 200 OK\r\n\r\nsome of it");
                    listener.sever();
                })) {
            Tally tally = probe(server, true);

            assertThat(tally.answeredSoFar()).isZero();
            assertThat(tally.lossesOf(Loss.TRUNCATED)).isPositive();
            assertThat(tally.lostSoFar()).isEqualTo(3);
        }
    }

    @Test
    void aTlsConnectionThatIsEndedInGoodOrderCompletesAnAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(listener(), exchange -> {
            exchange.write("HTTP/1.1 200 OK\r\n\r\nall of it");
            exchange.close();
        })) {
            assertThat(probe(server, true).answeredSoFar()).isEqualTo(3);
        }
    }
}
