package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.ScriptedService.http;
import static io.socketmaster.server.daemon.ScriptedService.journal;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Contract sections 2, 3 and 8 for HTTP/2, with the JDK's own client. It drops what is under way at a GOAWAY, contrary to RFC 9113
 * section 6.8, so the connection's end is tested with frames, in {@code Http2FrontTest}.
 */
class Http2ContractTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Credentials certificate = TestCertificates.selfSigned("localhost");
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    private HttpClient client() throws GeneralSecurityException, java.io.IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("root", certificate.root());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .executor(threads)
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    private SocketDefinition tls(int port, String path) {
        return SocketDefinition.http(port, path).withTls(certificate.certificatePem(), certificate.keyPem());
    }

    private static HttpRequest get(int port, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + path))
                .timeout(PATIENCE)
                .build();
    }

    private static CompletableFuture<HttpResponse<String>> send(HttpClient client, HttpRequest request) {
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> result(CompletableFuture<HttpResponse<String>> response) throws Exception {
        return response.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void oneConnectionServesSeveralServicesAndWhereNoneIsTheAnswerIs404() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(0, "/a"), http("a")).expectOk().boundPort();
            daemon.register(tls(port, "/b"), http("b")).expectOk();
            HttpClient client = client();

            HttpResponse<String> a = result(send(client, get(port, "/a/1")));
            assertThat(a.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(a.body()).isEqualTo("a: GET /a/1 HTTP/1.1\n");
            assertThat(result(send(client, get(port, "/b"))).body()).isEqualTo("b: GET /b HTTP/1.1\n");
            HttpResponse<String> nowhere = result(send(client, get(port, "/c")));
            assertThat(nowhere.statusCode()).isEqualTo(404);
            assertThat(nowhere.version()).isEqualTo(HttpClient.Version.HTTP_2);
        }
    }

    @Test
    void aRequestWaitsForItsServiceWhileItsNeighboursAreAnswered() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService first = daemon.register(tls(0, "/a"), http("first")).expectOk();
            int port = first.boundPort();
            daemon.register(tls(port, "/b"), http("b")).expectOk();
            HttpClient client = client();
            assertThat(result(send(client, get(port, "/b"))).statusCode()).isEqualTo(200);
            daemon.crash(first);

            CompletableFuture<HttpResponse<String>> held = send(client, get(port, "/a"));
            assertThat(result(send(client, get(port, "/b"))).body()).startsWith("b: ");
            assertThat(held).isNotDone();
            daemon.register(tls(port, "/a"), http("second")).expectOk();
            assertThat(result(held).body()).isEqualTo("second: GET /a HTTP/1.1\n");
        }
    }

    @Test
    void bodiesReachAnHttp1ServiceOnceEach() throws Exception {
        Queue<String> journal = new ConcurrentLinkedQueue<>();
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(tls(0, "/"), journal("j", journal))
                    .expectOk()
                    .boundPort();
            HttpClient client = client();
            List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                responses.add(send(
                        client,
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/" + i))
                                .POST(HttpRequest.BodyPublishers.ofString("body " + i))
                                .timeout(PATIENCE)
                                .build()));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(result(responses.get(i)).body()).isEqualTo("j POST /" + i + " body " + i);
            }
            assertThat(journal).hasSize(50);
        }
    }
}
