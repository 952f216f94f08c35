package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.ScriptedService.http;
import static io.socketmaster.server.daemon.ScriptedService.journal;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract sections 2, 3 and 8 for HTTP/2, with the JDK's own client. */
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

    @Test
    void theDaemonsStopLetsWhatIsUnderWayFinish() throws Exception {
        BlockingQueue<Channel> requests = new LinkedBlockingQueue<>();
        try (RunningDaemon daemon = RunningDaemon.start(settings -> settings.withStopGrace(PATIENCE))) {
            int port = daemon.register(tls(0, "/"), stream -> stream.pipeline().addLast(new Asked(requests)))
                    .expectOk()
                    .boundPort();
            CompletableFuture<HttpResponse<String>> underWay = send(client(), get(port, "/"));
            Channel request = requests.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);

            CompletableFuture<Void> stopped = daemon.daemon().stop();
            awaitRefusal(port);
            assertThat(underWay).isNotDone();
            request.writeAndFlush(Unpooled.copiedBuffer(
                            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlast", StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE);
            assertThat(result(underWay).body()).isEqualTo("last");
            stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Notes each stream when its request has begun to come in. */
    private static final class Asked extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<Channel> requests;

        Asked(BlockingQueue<Channel> requests) {
            this.requests = requests;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            requests.add(ctx.channel());
        }
    }

    private static void awaitRefusal(int port) {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            try (Socket accepted = RunningDaemon.connect(port)) {
                return accepted.isClosed();
            } catch (ConnectException refused) {
                return true;
            }
        });
    }
}
