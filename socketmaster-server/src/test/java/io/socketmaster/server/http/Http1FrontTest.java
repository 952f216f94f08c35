package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.netty.channel.Channel;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.server.service.Refusal;
import io.socketmaster.testing.Background;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract sections 2, 3, 6, 8, 9 and 10 for HTTP/1.1: raw bytes in, raw bytes out, and a service played by hand. */
class Http1FrontTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final HttpSettings.Timeouts SHORT = new HttpSettings.Timeouts(
            Duration.ofMillis(400),
            Duration.ofMillis(700),
            Duration.ofMillis(400),
            Duration.ofMillis(600),
            Duration.ofMillis(400),
            Duration.ofMillis(500),
            Duration.ofMillis(100));

    private FrontHarness front;

    @BeforeEach
    void start() {
        front = new FrontHarness(HttpSettings.DEFAULTS);
    }

    private void impatient() {
        restart(SHORT);
    }

    private void restart(HttpSettings.Timeouts timeouts) {
        front.close();
        front = new FrontHarness(new HttpSettings(
                HttpSettings.Limits.DEFAULTS,
                timeouts,
                HttpSettings.Replay.DEFAULTS,
                HttpSettings.Reuse.DEFAULTS,
                HttpSettings.Http2.DEFAULTS));
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** Lets the service answer the next stream and gives back the head that it got. */
    private String serve(String response) {
        RawPeer service = front.upstream.accept();
        String head = service.readHead();
        service.send(response);
        return head;
    }

    private static void expect(RawPeer client, String body) {
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(client.readText(body.length())).isEqualTo(body);
    }

    // ---- requests and their answers

    @Test
    void aRequestReachesTheServiceRewritten() throws Exception {
        RawPeer client = front.connect()
                .send("GET //a/%2e%2e/b?q=%20x HTTP/1.1\r\nHost: A.example:81\r\nX-Forwarded-For: 6.6.6.6\r\n"
                        + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nX-Kept: \u00e9\r\nX-Request-Id: r1\r\n\r\n");
        String head = serve(answer("hi"));
        assertThat(head).startsWith("GET //a/%2e%2e/b?q=%20x HTTP/1.1\r\n");
        assertThat(head)
                .contains("host: A.example:81\r\n")
                .contains("connection: keep-alive\r\n")
                .contains("X-Kept: \u00e9\r\n")
                .contains("X-Forwarded-For: 127.0.0.1\r\n")
                .contains("X-Forwarded-Host: A.example:81\r\n")
                .contains("X-Forwarded-Port: " + front.port + "\r\n")
                .contains("Forwarded: for=127.0.0.1;host=\"A.example:81\";proto=http\r\n")
                .contains("X-Request-Id: r1\r\n")
                .doesNotContain("6.6.6.6", "X-Hop");
        expect(client, "hi");
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.path()).isEqualTo("//a/%2e%2e/b");
        assertThat(summary.status()).isEqualTo(200);
        assertThat(summary.responseBytes()).isEqualTo(2);
        assertThat(summary.end()).isEqualTo(ExchangeSummary.End.COMPLETE);
        await().untilAtomic(front.inFlight, is(0));
        assertThat(front.established).hasValue(1);
    }

    @Test
    void aConnectionIsKeptForManyRequestsAndAServicesCloseIsNotPassedOn() {
        RawPeer client = front.connect();
        for (int i = 0; i < 20; i++) {
            client.send(GET);
            serve("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n" + i % 10);
            String head = client.readHead();
            assertThat(head).doesNotContainIgnoringCase("connection");
            assertThat(client.readText(1)).isEqualTo("" + i % 10);
        }
        assertThat(front.upstream.opened()).isEqualTo(20);
    }

    @Test
    void theStreamEndsWithTheResponse() {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send(answer("x"));
        expect(client, "x");
        assertThat(service.readToEnd()).isEmpty();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderAndHandedOverOneByOne() {
        RawPeer client = front.connect()
                .send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                        + "GET /3 HTTP/1.1\r\nHost: nowhere\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
        RawPeer first = front.upstream.accept();
        assertThat(first.readHead()).startsWith("GET /1 ");
        assertThat(front.upstream.opened()).isEqualTo(1);
        first.send(answer("one"));
        RawPeer second = front.upstream.accept();
        assertThat(second.readHead()).startsWith("POST /2 ");
        assertThat(second.readText(3)).isEqualTo("abc");
        second.send(answer("two"));
        assertThat(serve(answer("four"))).startsWith("GET /4 ");
        expect(client, "one");
        expect(client, "two");
        assertThat(client.readHead()).startsWith("HTTP/1.1 404 ");
        // The 404's text, then the last answer.
        StringBuilder rest = new StringBuilder();
        while (!rest.toString().endsWith("four")) {
            rest.append((char) client.read());
        }
        assertThat(rest).contains("No service has registered");
    }

    @Test
    void aThousandPipelinedRequestsThatWeAnswerOurselvesAreAnswered() {
        RawPeer client = front.connect();
        Background.run(() -> client.send("GET / HTTP/1.1\r\nHost: nowhere\r\n\r\n".repeat(1000)
                + "GET / HTTP/1.1\r\nHost: nowhere\r\nConnection: close\r\n\r\n"));
        assertThat(client.readToEnd().split("HTTP/1.1 404 ", -1)).hasSize(1002);
    }

    @Test
    void chunkedBodiesPassBothWaysWithTheirTrailersAndWithoutExtensions() {
        RawPeer client = front.connect()
                .send("POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3;ext=1\r\nabc\r\n0\r\nX-Sum: 9\r\nHost: evil\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
        RawPeer service = front.upstream.accept();
        String head = service.readHead();
        assertThat(head).contains("transfer-encoding: chunked\r\n").contains("te: trailers\r\n");
        assertThat(service.readText(8)).isEqualTo("3\r\nabc\r\n");
        assertThat(service.readHead()).isEqualTo("0\r\nX-Sum: 9\r\n\r\n");
        service.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n4;q=\"z\"\r\nwxyz\r\n");
        assertThat(client.readHead()).contains("transfer-encoding: chunked\r\n");
        assertThat(client.readText(9)).isEqualTo("4\r\nwxyz\r\n");
        service.send("0\r\nX-End: 1\r\nContent-Length: 7\r\n\r\n");
        assertThat(client.readHead()).isEqualTo("0\r\nX-End: 1\r\n\r\n");
    }

    @Test
    void aResponseUntilCloseBecomesChunkedAndTheConnectionStays() {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.0 200 OK\r\n\r\nabc");
        assertThat(client.readHead()).contains("transfer-encoding: chunked\r\n");
        assertThat(client.readText(8)).isEqualTo("3\r\nabc\r\n");
        service.close();
        assertThat(client.readText(5)).isEqualTo("0\r\n\r\n");
        client.send(GET);
        serve(answer("y"));
        expect(client, "y");
    }

    @Test
    void anAnswerToHeadHasTheLengthAndNoBody() {
        RawPeer client = front.connect().send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
        serve("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        assertThat(client.readHead()).contains("content-length: 1000\r\n");
        serve(answer("next"));
        expect(client, "next");
    }

    @Test
    void bodiesWhereNoneMayBeAreDroppedAndCounted() {
        RawPeer client = front.connect().send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET + GET);
        serve("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(client.readHead()).contains("content-length: 4\r\n");
        serve("HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(client.readHead()).startsWith("HTTP/1.1 204 No Content\r\n").doesNotContain("ength");
        serve("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(client.readHead())
                .startsWith("HTTP/1.1 304 Not Modified\r\n")
                .contains("ETag: \"1\"\r\n");
        assertThat(front.faults).hasSize(2).allMatch(sentence -> sentence.contains("body where none may be"));
        client.send(GET);
        serve(answer("ok"));
        expect(client, "ok");
    }

    @Test
    void informationalResponsesArePassedOn() {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        assertThat(client.readHead()).isEqualTo("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        service.send("HTTP/1.1 102 Processing\r\n\r\n" + answer("z"));
        assertThat(client.readHead()).startsWith("HTTP/1.1 102 ");
        expect(client, "z");
    }

    @Test
    void anHttp10ClientGetsNoInformationalResponse() {
        RawPeer client = front.connect().send("GET / HTTP/1.0\r\n\r\n");
        serve("HTTP/1.1 103 Early Hints\r\n\r\n" + answer("z"));
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nz");
    }

    @Test
    void moreThanTenInformationalResponsesAreABadGateway() throws Exception {
        RawPeer client = front.connect().send(GET);
        serve("HTTP/1.1 102 Processing\r\n\r\n".repeat(11) + answer("z"));
        for (int i = 0; i < 10; i++) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 102 ");
        }
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 502 ");
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.end()).isEqualTo(ExchangeSummary.End.OWN_ANSWER);
        assertThat(head).contains("content-length: " + summary.responseBytes() + "\r\n");
    }

    @Test
    void theContinueOfTheServiceIsPassedOnAndNothingIsSentBefore() {
        RawPeer client =
                front.connect().send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead()).contains("Expect: 100-continue\r\n");
        service.send("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.send("body");
        assertThat(service.readText(4)).isEqualTo("body");
        service.send(answer("k"));
        expect(client, "k");
    }

    @Test
    void anHttp10ClientIsAnsweredUntilTheEndOfTheConnection() {
        RawPeer client = front.connect().send("GET / HTTP/1.0\r\n\r\n");
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead()).startsWith("GET / HTTP/1.1\r\n").contains("host: \r\n");
        service.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n");
        String all = client.readToEnd();
        assertThat(all)
                .contains("connection: close\r\n")
                .doesNotContain("chunked")
                .endsWith("\r\n\r\nabc");
    }

    @Test
    void anHttp10ClientMayKeepItsConnection() {
        RawPeer client = front.connect().send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        serve(answer("a"));
        assertThat(client.readHead()).contains("connection: keep-alive\r\n");
        client.readText(1);
        client.send("GET / HTTP/1.0\r\n\r\n");
        serve(answer("b"));
        assertThat(client.readToEnd()).endsWith("\r\n\r\nb");
    }

    @Test
    void aClientThatEndsItsOutputStillGetsAllItsAnswers() {
        RawPeer client = front.connect().send(GET + GET);
        client.endOutput();
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send(answer("1"));
        serve(answer("2"));
        assertThat(client.readToEnd()).matches("(?s)HTTP/1.1 200 OK.*\r\n\r\n1HTTP/1.1 200 OK.*\r\n\r\n2");
    }

    @Test
    void aLongAnswerReachesAClientThatEndedItsOutput() {
        byte[] body = new byte[8 << 20];
        RawPeer client = RawPeer.connectWithReceiveBuffer(front.port, 8 << 10).send(GET);
        client.endOutput();
        RawPeer service = front.upstream.accept();
        service.readHead();
        Background.run(() -> service.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                .send(body));
        client.readHead();
        assertThat(client.readBytes(body.length)).isEqualTo(body);
        assertThat(client.readToEnd()).isEmpty();
    }

    @Test
    void theLongestHeadPasses() {
        String line = "GET /" + "a".repeat((16 << 10) - 14) + " HTTP/1.1\r\n";
        String fields = "Host: a\r\nX: ";
        RawPeer client = front.connect()
                .send(line + fields + "y".repeat((64 << 10) - line.length() - fields.length() - 4) + "\r\n\r\n");
        serve(answer("long"));
        expect(client, "long");
    }

    @Test
    void aRequestSentByteByByteIsARequest() {
        RawPeer client = front.connect();
        for (char c :
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n".toCharArray()) {
            client.send(String.valueOf(c));
        }
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(service.readText(6)).isEqualTo("1\r\nx\r\n");
        for (char c : answer("slow").toCharArray()) {
            service.send(String.valueOf(c));
        }
        expect(client, "slow");
    }

    @Test
    void anEarlyResponseIsPassedOnWhileTheBodyGoesOn() {
        RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
        client.readHead();
        assertThat(client.readText(7)).isEqualTo("2\r\nhi\r\n");
        client.send("def");
        assertThat(service.readText(6)).isEqualTo("abcdef");
        service.send("0\r\n\r\n");
        assertThat(client.readText(5)).isEqualTo("0\r\n\r\n");
        client.send(GET);
        serve(answer("again"));
        expect(client, "again");
    }

    @Test
    void anEarlyRefusalReachesAClientThatIsStillUploading() {
        RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n");
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig");
        client.send(new byte[500_000]);
        assertThat(client.readToEnd())
                .startsWith("HTTP/1.1 413 Content Too Large\r\n")
                .endsWith("\r\n\r\nbig");
    }

    @Test
    void aForeignClientIsServed() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        byte[] body = new byte[300_000];
        new Random(1).nextBytes(body);
        for (int i = 0; i < 3; i++) {
            CompletableFuture<HttpResponse<byte[]>> response = client.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + front.port + "/up?x=1"))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            RawPeer service = front.upstream.accept();
            assertThat(service.readHead()).startsWith("POST /up?x=1 HTTP/1.1\r\n");
            byte[] got = service.readBytes(body.length);
            service.send("HTTP/1.1 200 OK\r\nContent-Length: " + got.length + "\r\n\r\n");
            service.send(got);
            assertThat(response.get(10, TimeUnit.SECONDS).body()).isEqualTo(body);
        }
        assertThat(front.frontends).hasSize(1);
    }

    // ---- upgrade

    @Test
    void afterAnUpgradeBytesPassRawAndNoneIsLost() throws Exception {
        RawPeer client = front.connect()
                .send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: k\r\n\r\nearly\0bytes");
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead())
                .contains("upgrade: websocket\r\n")
                .contains("connection: upgrade\r\n")
                .contains("Sec-WebSocket-Key: k\r\n");
        service.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: q\r\n\r\nfirst\r\nframe");
        assertThat(client.readHead())
                .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                .contains("upgrade: websocket\r\n")
                .contains("connection: upgrade\r\n")
                .contains("Sec-WebSocket-Accept: q\r\n");
        assertThat(client.readText(12)).isEqualTo("first\r\nframe");
        assertThat(service.readText(11)).isEqualTo("early\0bytes");
        client.send("GET / HTTP/1.1\r\n");
        assertThat(service.readText(16)).isEqualTo("GET / HTTP/1.1\r\n");
        assertThat(front.inFlight).hasValue(1);
        service.endOutput();
        assertThat(client.readToEnd()).isEmpty();
        client.close();
        assertThat(service.readToEnd()).isEmpty();
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.end()).isEqualTo(ExchangeSummary.End.UPGRADED);
        assertThat(summary.status()).isEqualTo(101);
        assertThat(summary.requestBytes()).isEqualTo(27);
        assertThat(summary.responseBytes()).isEqualTo(12);
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aRefusedUpgradeIsAnOrdinaryAnswer() {
        RawPeer client = front.connect()
                .send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + GET);
        serve("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\nUpgrade: other\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 426 ");
        serve(answer("on"));
        expect(client, "on");
    }

    @Test
    void anUnaskedSwitchIsABadGateway() {
        RawPeer client = front.connect().send(GET);
        serve("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void aSessionLostAfterAnUpgradeIsAReset() {
        RawPeer client = front.connect()
                .send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        client.readHead();
        service.reset();
        client.readToReset();
    }

    // ---- hold

    @Test
    void aHeldRequestIsHandedOverWhenTheServiceReturns() throws Exception {
        front.holding = true;
        RawPeer client = front.connect().send(GET);
        var applicant = front.awaitHeld();
        assertThat(front.upstream.opened()).isZero();
        front.grant(applicant);
        serve(answer("back"));
        expect(client, "back");
        front.holding = false;
        client.send(GET);
        serve(answer("same connection"));
        expect(client, "same connection");
    }

    @Test
    void theBodyOfAHeldRequestStaysInTheSocket() throws Exception {
        front.holding = true;
        byte[] body = new byte[32 << 20];
        RawPeer client =
                front.connect().send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
        CompletableFuture<RawPeer> upload = Background.supply(() -> client.send(body));
        var applicant = front.awaitHeld();
        await().pollDelay(Duration.ofMillis(300)).until(() -> !upload.isDone());
        front.grant(applicant);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.readBytes(body.length);
        service.send(answer("all"));
        expect(client, "all");
    }

    @Test
    void beforeTheServiceHasTakenTheStreamNoMoreThanTheReplayBufferIsRead() throws Exception {
        front.upstream.acknowledges = false;
        byte[] body = new byte[32 << 20];
        RawPeer client =
                front.connect().send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n");
        CompletableFuture<RawPeer> upload = Background.supply(() -> client.send(body));
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.readBytes(64 << 10);
        await().pollDelay(Duration.ofMillis(300)).until(() -> !upload.isDone());
        assertThat(service.available()).isLessThanOrEqualTo(64 << 10);
        client.reset();
    }

    @Test
    void aRefusalIs503WithRetryAfterAndTheConnectionStays() throws Exception {
        front.holding = true;
        RawPeer client = front.connect().send(GET);
        front.refuseHeld(new Refusal(Refusal.Reason.EXPIRED, Duration.ofSeconds(3), "The service is away."));
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 503 Service Unavailable\r\n").contains("retry-after: 3\r\n");
        assertThat(client.readText("The service is away.\nAsk again in 3 s.\n".length()))
                .isEqualTo("The service is away.\nAsk again in 3 s.\n");
        front.holding = false;
        client.send(GET);
        serve(answer("k"));
        expect(client, "k");
    }

    @Test
    void aClientThatIsResetWhileHeldLeavesTheQueue() throws Exception {
        front.holding = true;
        RawPeer client = front.connect().send(GET);
        await().until(() -> !front.held.isEmpty());
        client.reset();
        await().untilAtomic(front.cancelled, is(1));
        assertThat(front.held).isEmpty();
        assertThat(front.awaitExchange().end()).isEqualTo(ExchangeSummary.End.CLIENT_GONE);
    }

    @Test
    void aClientThatClosesWhileHeldLeavesTheQueue() throws Exception {
        impatient();
        front.holding = true;
        RawPeer client = front.connect().send(GET);
        await().until(() -> !front.held.isEmpty());
        client.close();
        await().untilAtomic(front.cancelled, is(1));
        assertThat(front.awaitExchange().end()).isEqualTo(ExchangeSummary.End.OWN_ANSWER);
    }

    @Test
    void aGrantThatComesTooLateIsGivenBack() throws Exception {
        front.holding = true;
        RawPeer client = front.connect().send(GET);
        var applicant = front.awaitHeld();
        client.reset();
        await().untilAtomic(front.cancelled, is(1));
        front.grant(applicant);
        await().untilAtomic(front.inFlight, is(0));
        assertThat(front.upstream.opened()).isZero();
    }

    // ---- failures of the service

    @Test
    void aStreamThatNobodySawIsOpenedAgainWithTheWholeRequest() {
        front.upstream.refusals.set(2);
        RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody");
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead()).startsWith("POST / ");
        assertThat(service.readText(4)).isEqualTo("body");
        service.send(answer("ok"));
        expect(client, "ok");
        assertThat(front.upstream.opened()).isEqualTo(3);
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aStreamThatIsResetBeforeItWasTakenIsSentAgainFromTheBuffer() {
        front.upstream.acknowledges = false;
        RawPeer client =
                front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n");
        RawPeer full = front.upstream.accept();
        full.readHead();
        assertThat(full.readText(9)).isEqualTo("4\r\nbody\r\n");
        full.reset();
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(service.readText(9)).isEqualTo("4\r\nbody\r\n");
        client.send("0\r\nX-T: 1\r\n\r\n");
        assertThat(service.readHead()).isEqualTo("0\r\nX-T: 1\r\n\r\n");
        service.send(answer("ok"));
        expect(client, "ok");
    }

    @Test
    void anAcknowledgedGetWhoseSessionIsLostIsSentOnceMore() throws Exception {
        front.upstream.losesSessions = true;
        RawPeer client = front.connect().send(GET);
        RawPeer crashes = front.upstream.accept();
        crashes.readHead();
        await().untilAtomic(front.established, is(1));
        crashes.reset();
        serve(answer("second"));
        expect(client, "second");
        assertThat(front.replays).containsExactly("GET acknowledged-idempotent");
        client.send(GET);
        for (int i = 2; i <= 3; i++) {
            RawPeer again = front.upstream.accept();
            again.readHead();
            await().untilAtomic(front.established, is(i + 1));
            again.reset();
        }
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void anAcknowledgedPutIsSentOnceMoreWithItsBodyAndAPostIsNot() throws Exception {
        front.upstream.losesSessions = true;
        for (String method : List.of("PUT", "POST")) {
            int before = front.established.get();
            RawPeer client = front.connect().send(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbody");
            RawPeer crashes = front.upstream.accept();
            crashes.readHead();
            assertThat(crashes.readText(4)).isEqualTo("body");
            await().untilAtomic(front.established, is(before + 1));
            crashes.reset();
            if (method.equals("POST")) {
                assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
                continue;
            }
            RawPeer service = front.upstream.accept();
            service.readHead();
            client.send("more");
            assertThat(service.readText(8)).isEqualTo("bodymore");
            service.send(answer("put"));
            expect(client, "put");
        }
        await().until(() -> front.budget.used() == 0);
    }

    @Test
    void aBodyThatComesWhileTheRequestWaitsAgainIsNotLost() throws Exception {
        front.upstream.losesSessions = true;
        RawPeer client = front.connect().send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbody");
        RawPeer crashes = front.upstream.accept();
        crashes.readHead();
        assertThat(crashes.readText(4)).isEqualTo("body");
        await().untilAtomic(front.established, is(1));
        front.alone = true;
        crashes.reset();
        var applicant = front.awaitHeld();
        client.send("more");
        await().until(() -> front.budget.used() > 0);
        front.grant(applicant);
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(service.readText(8)).isEqualTo("bodymore");
        service.send(answer("whole"));
        expect(client, "whole");
        await().until(() -> front.budget.used() == 0);
    }

    @Test
    void aBodyLongerThanTheBufferIsNotSentAgainAfterTheAck() throws Exception {
        front.upstream.losesSessions = true;
        byte[] body = new byte[200 << 10];
        RawPeer client = front.connect()
                .send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n")
                .send(body);
        RawPeer crashes = front.upstream.accept();
        crashes.readHead();
        crashes.readBytes(body.length);
        assertThat(front.budget.used()).isZero();
        crashes.reset();
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        assertThat(front.awaitExchange().reason()).contains("session was lost");
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void whenTheBudgetIsUsedUpARequestIsNotSentAgainAndGoesOn() throws Exception {
        front.close();
        front = new FrontHarness(new HttpSettings(
                HttpSettings.Limits.DEFAULTS,
                HttpSettings.Timeouts.DEFAULTS,
                new HttpSettings.Replay(64 << 10, 1_000, false),
                HttpSettings.Reuse.DEFAULTS,
                HttpSettings.Http2.DEFAULTS));
        front.upstream.losesSessions = true;
        front.upstream.acknowledges = false;
        String request = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + "x".repeat(2_000);
        RawPeer client = front.connect().send(request);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.readBytes(2_000);
        service.send(answer("fine"));
        expect(client, "fine");
        client.send(request);
        RawPeer crashes = front.upstream.accept();
        crashes.readHead();
        crashes.readBytes(2_000);
        crashes.reset();
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        assertThat(front.budget.used()).isZero();
    }

    @Test
    void aSessionLostWithNoAckIsRepeatedForAVersion1PeerOnlyIfThatDoesNoHarm() throws Exception {
        front.upstream.losesSessions = true;
        front.upstream.acknowledges = false;
        front.upstream.acknowledgesFirst = false;
        RawPeer client = front.connect().send(GET);
        RawPeer crashes = front.upstream.accept();
        crashes.readHead();
        crashes.reset();
        serve(answer("got"));
        expect(client, "got");
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
        RawPeer again = front.upstream.accept();
        again.readHead();
        again.reset();
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 502 ");
        int length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        assertThat(client.readText(length)).contains("may have carried it out");
        assertThat(front.replays).containsExactly("GET unacknowledged-idempotent");
    }

    @Test
    void aFirstByteOfAResponseIsEnoughNotToAskAgain() throws Exception {
        front.upstream.losesSessions = true;
        RawPeer client = front.connect().send(GET);
        RawPeer crashes = front.upstream.accept();
        crashes.readHead();
        crashes.send("H");
        await().untilAtomic(front.established, is(1));
        crashes.endOutput();
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void whatTheServiceGivesUpIsSentOnceMoreToWhomTheServiceNames() throws Exception {
        RawPeer client = front.connect().send(GET);
        RawPeer givesUp = front.upstream.accept();
        givesUp.readHead();
        givesUp.close();
        serve(answer("other"));
        expect(client, "other");
        assertThat(front.replays).containsExactly("GET given-up-idempotent");
    }

    @Test
    void aServiceThatTwiceEndsWithoutAnAnswerIsA502AndTheConnectionStays() throws Exception {
        RawPeer client = front.connect().send(GET);
        for (int attempt = 0; attempt < 2; attempt++) {
            RawPeer service = front.upstream.accept();
            service.readHead();
            service.close();
        }
        String head = client.readHead();
        assertThat(head).startsWith("HTTP/1.1 502 Bad Gateway\r\n").doesNotContain("close");
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.reason()).contains("ended the stream");
        int length = Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
        assertThat(client.readText(length)).contains("sent more than once");
        client.send(GET);
        serve(answer("still here"));
        expect(client, "still here");
    }

    @Test
    void aMalformedHeadIsABadGateway() {
        for (String bad : new String[] {
            "NONSENSE\r\n\r\n",
            "HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 1000 Long\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 abc X\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx",
            "HTTP/1.1 200 OK\r\n: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + "y".repeat(70_000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi surplus",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" + answer("second"),
        }) {
            RawPeer client = front.connect().send(GET);
            serve(bad);
            assertThat(client.readHead()).as(bad).startsWith("HTTP/1.1 502 ");
            client.close();
        }
        assertThat(front.faults).hasSize(12);
    }

    @Test
    void aCutResponseOfKnownLengthIsVisiblyCut() throws Exception {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        client.readHead();
        assertThat(client.readText(4)).isEqualTo("half");
        service.close();
        assertThat(client.readToReset()).isEmpty();
        assertThat(front.awaitExchange().end()).isEqualTo(ExchangeSummary.End.TRUNCATED);
    }

    @Test
    void aCutChunkedResponseIsVisiblyCut() {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        client.readHead();
        assertThat(client.readText(9)).isEqualTo("4\r\nhalf\r\n");
        service.close();
        assertThat(client.readToReset()).isEmpty();
    }

    @Test
    void aResetResponseUntilCloseIsVisiblyCutAlsoForHttp10() {
        RawPeer client = front.connect().send("GET / HTTP/1.0\r\n\r\n");
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.0 200 OK\r\n\r\nhalf");
        client.readHead();
        assertThat(client.readText(4)).isEqualTo("half");
        service.reset();
        assertThat(client.readToReset()).isEmpty();
    }

    @Test
    void aBadChunkInMidResponseIsVisiblyCut() {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        client.readHead();
        assertThat(client.readText(9)).isEqualTo("4\r\nhalf\r\n");
        service.send("zz\r\n");
        assertThat(client.readToReset()).isEmpty();
    }

    @Test
    void aClientThatGoesAwayCutsTheServicesStreamOff() throws Exception {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        client.reset();
        service.readToReset();
        assertThat(front.awaitExchange().end()).isEqualTo(ExchangeSummary.End.CLIENT_GONE);
        await().untilAtomic(front.inFlight, is(0));
    }

    // ---- backpressure

    @Test
    void aClientThatDoesNotReadStallsItsServiceOnly() throws Exception {
        RawPeer client = RawPeer.connectWithReceiveBuffer(front.port, 8 << 10).send(GET);
        Channel frontend = front.frontends.poll(5, TimeUnit.SECONDS);
        RawPeer service = front.upstream.accept();
        service.readHead();
        byte[] body = new byte[32 << 20];
        service.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
        CompletableFuture<RawPeer> sent = Background.supply(() -> service.send(body));
        await().until(() -> !frontend.isWritable());
        long queued = CompletableFuture.supplyAsync(
                        () -> frontend.unsafe().outboundBuffer().totalPendingWriteBytes(), frontend.eventLoop())
                .get();
        assertThat(queued).isLessThan(512 << 10);
        assertThat(sent).isNotDone();
        RawPeer other = front.connect().send(GET);
        serve(answer("quick"));
        expect(other, "quick");
        client.readHead();
        client.readBytes(body.length);
        sent.get(10, TimeUnit.SECONDS);
    }

    // ---- answers of our own

    @Test
    void whatHasNoRouteIs404AtOnceAndTheConnectionStays() throws Exception {
        RawPeer client = front.connect().send("HEAD /p?secret HTTP/1.1\r\nHost: nowhere\r\n\r\n");
        String head = client.readHead();
        assertThat(head)
                .startsWith("HTTP/1.1 404 Not Found\r\n")
                .contains("content-type: text/plain")
                .doesNotContainIgnoringCase("server:")
                .doesNotContain("connection");
        client.send("GET / HTTP/1.1\r\nHost: misdirected\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 421 Misdirected Request\r\n");
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.path()).isEqualTo("/p");
        assertThat(summary.service()).isEmpty();
        assertThat(summary.responseBytes()).isZero();
        assertThat(front.awaitExchange().responseBytes()).isPositive();
    }

    @Test
    void aRequestThatIsRefusedEndsTheConnectionWithItsReason() {
        String[][] rows = {
            {"GET / HTTP/1.1\nHost: a\n\n", "400"},
            {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400"},
            {"GET / HTTP/1.1\r\n\r\n", "400"},
            {"GET / HTTP/1.1\r\nHost: bad\r\n\r\n", "400"},
            {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
            {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
            {"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n", "400"},
            {"GET / HTTP/1.1\r\nHost: a\r\nX: \u0001\r\n\r\n", "400"},
            {"GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", "414"},
            {"GET / HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(70_000) + "\r\n\r\n", "431"},
            {"PUT / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", "417"},
            {"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "501"},
            {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", "505"},
        };
        for (String[] row : rows) {
            RawPeer client = front.connect().send(row[0]).send(GET);
            boolean routed = row[0].contains("Host: bad");
            if (!routed) {
                String all = client.readToEnd();
                assertThat(all)
                        .as(row[0])
                        .startsWith("HTTP/1.1 " + row[1] + " ")
                        .contains("connection: close\r\n");
                assertThat(all.split("\r\ndate: ", -1)).as("one answer only").hasSize(2);
            } else {
                assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
                client.close();
            }
        }
        assertThat(front.faults).isEmpty();
    }

    @Test
    void aBadChunkFromTheClientIs400AndTheServiceSeesNoEnd() {
        RawPeer client =
                front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(service.readText(6)).isEqualTo("1\r\nx\r\n");
        client.send("0x1\r\n");
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ");
        service.readToReset();
    }

    @Test
    void badTrailersFromTheClientAre400() {
        for (String trailer :
                new String[] {"X: a\u0001b", "Content_Length: 3", "X_Forwarded_For: 6.6.6.6", ": x", "no colon"}) {
            RawPeer client = front.connect()
                    .send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + trailer
                            + "\r\n\r\n");
            RawPeer service = front.upstream.accept();
            service.readHead();
            assertThat(client.readToEnd()).as(trailer).startsWith("HTTP/1.1 400 ");
            service.readToReset();
        }
    }

    @Test
    void aBodyThatIsCutOffIsNoRequest() {
        RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
        client.endOutput();
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 400 ");
        service.readToReset();
    }

    @Test
    void anOldWebSocketHandshakeCannotSmuggleABody() {
        RawPeer client = front.connect()
                .send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n"
                        + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n" + GET);
        assertThat(serve(answer("1"))).doesNotContain("ength");
        expect(client, "1");
        assertThat(serve(answer("2"))).startsWith("GET /x ");
        expect(client, "2");
    }

    // ---- time

    @Test
    void aHeadThatTakesTooLongIs408() {
        impatient();
        RawPeer client = front.connect().send("GET / HTTP/1.1\r\nHost:");
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }

    @Test
    void anIdleConnectionIsClosedWithoutAWord() {
        impatient();
        RawPeer client = front.connect().send(GET);
        serve(answer("x"));
        expect(client, "x");
        assertThat(client.readToEnd()).isEmpty();
        assertThat(front.connect().readToEnd()).isEmpty();
    }

    @Test
    void aBodyThatStallsIs408() {
        impatient();
        RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ");
        service.readToReset();
    }

    @Test
    void aBodyThatDribblesIs408() {
        // Silence alone would be borne for a minute.
        HttpSettings.Timeouts patient = HttpSettings.Timeouts.DEFAULTS;
        restart(new HttpSettings.Timeouts(
                patient.head(),
                patient.idle(),
                patient.bodyStall(),
                SHORT.bodyGrace(),
                patient.writeStall(),
                patient.linger(),
                patient.heldHalfClose()));
        RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
        RawPeer service = front.upstream.accept();
        service.readHead();
        client.send("x");
        assertThat(client.readToEnd()).startsWith("HTTP/1.1 408 ").contains("256 bytes a second");
    }

    @Test
    void anAnswerOfOursToARequestWithAShortBodyKeepsTheConnection() {
        for (int already : new int[] {0, 3, 6}) {
            RawPeer client = front.connect()
                    .send("POST / HTTP/1.1\r\nHost: nowhere\r\nContent-Length: 6\r\n\r\n"
                            + "abcdef".substring(0, already));
            String head = client.readHead();
            assertThat(head).startsWith("HTTP/1.1 404 ").doesNotContain("connection: close");
            client.readText(Integer.parseInt(head.replaceAll("(?s).*content-length: (\\d+).*", "$1")));
            client.send("abcdef".substring(already) + GET);
            serve(answer("next"));
            expect(client, "next");
            client.close();
        }
    }

    @Test
    void anAnswerOfOursDoesNotWaitForABodyThatIsLongOrHeldBack() {
        for (String fields : List.of("Content-Length: 70000\r\n", "Content-Length: 5\r\nExpect: 100-continue\r\n")) {
            RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: nowhere\r\n" + fields + "\r\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 404 ").contains("connection: close");
        }
        impatient();
        RawPeer stalls = front.connect().send("POST / HTTP/1.1\r\nHost: nowhere\r\nContent-Length: 5\r\n\r\n");
        assertThat(stalls.readToEnd()).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void aClientThatTakesNothingIsReset() throws Exception {
        impatient();
        RawPeer client = RawPeer.connectWithReceiveBuffer(front.port, 8 << 10).send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nContent-Length: " + (64 << 20) + "\r\n\r\n");
        Background.run(() -> service.send(new byte[64 << 20])).exceptionally(reset -> null);
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.end()).isEqualTo(ExchangeSummary.End.CLIENT_GONE);
        assertThat(summary.reason()).contains("took nothing");
        client.readToReset();
    }

    @Test
    void timeWhileHeldOrAnsweringDoesNotCount() throws Exception {
        impatient();
        front.holding = true;
        RawPeer client = front.connect().send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n");
        var applicant = front.awaitHeld();
        await().pollDelay(Duration.ofMillis(1000)).until(() -> true);
        client.send("body");
        front.grant(applicant);
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(service.readText(4)).isEqualTo("body");
        await().pollDelay(Duration.ofMillis(1000)).until(() -> true);
        service.send(answer("late"));
        expect(client, "late");
    }

    // ---- the daemon stops

    @Test
    void whenTheDaemonStopsIdleConnectionsCloseAndOthersFinish() {
        RawPeer idle = front.connect().send(GET);
        serve(answer("x"));
        expect(idle, "x");
        RawPeer busy = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        assertThat(front.front.connections()).isEqualTo(2);
        front.front.finish();
        assertThat(idle.readToEnd()).isEmpty();
        service.send(answer("last"));
        String all = busy.readToEnd();
        assertThat(all).contains("connection: close\r\n").endsWith("last");
        await().until(() -> front.front.connections() == 0);
    }
}
