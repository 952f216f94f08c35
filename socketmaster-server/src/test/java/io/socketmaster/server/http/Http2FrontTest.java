package io.socketmaster.server.http;

import static io.netty.handler.codec.http2.Http2FrameTypes.CONTINUATION;
import static io.netty.handler.codec.http2.Http2FrameTypes.DATA;
import static io.netty.handler.codec.http2.Http2FrameTypes.HEADERS;
import static io.netty.handler.codec.http2.Http2FrameTypes.PING;
import static io.netty.handler.codec.http2.Http2FrameTypes.PRIORITY;
import static io.netty.handler.codec.http2.Http2FrameTypes.RST_STREAM;
import static io.netty.handler.codec.http2.Http2FrameTypes.SETTINGS;
import static io.netty.handler.codec.http2.Http2FrameTypes.WINDOW_UPDATE;
import static io.socketmaster.server.http.Http2Peer.ACK;
import static io.socketmaster.server.http.Http2Peer.END_HEADERS;
import static io.socketmaster.server.http.Http2Peer.END_STREAM;
import static io.socketmaster.server.http.Http2Peer.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.netty.handler.codec.http2.Http2Error;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.server.service.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract sections 2, 3, 5, 6, 8 and 10 for HTTP/2: raw frames in and out, and HTTP/1.1 services played by hand. */
class Http2FrontTest {
    private static final int MANY = 3_000;

    private FrontHarness front;
    private Http2Peer client;

    @BeforeEach
    void start() {
        restart(HttpSettings.DEFAULTS);
    }

    private void restart(HttpSettings settings) {
        stop();
        front = new FrontHarness(settings, HttpFront::serveHttp2);
        client = Http2Peer.open(front.connect());
    }

    private void restart(HttpSettings.Http2 http2) {
        restart(new HttpSettings(
                HttpSettings.Limits.DEFAULTS,
                HttpSettings.Timeouts.DEFAULTS,
                HttpSettings.Replay.DEFAULTS,
                HttpSettings.Reuse.DEFAULTS,
                http2));
    }

    private void impatient(Duration head, Duration idle, Duration bodyStall, Duration writeStall) {
        restart(new HttpSettings(
                HttpSettings.Limits.DEFAULTS,
                new HttpSettings.Timeouts(
                        head,
                        idle,
                        bodyStall,
                        Duration.ofSeconds(10),
                        writeStall,
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1)),
                HttpSettings.Replay.DEFAULTS,
                HttpSettings.Reuse.DEFAULTS,
                HttpSettings.Http2.DEFAULTS));
    }

    @AfterEach
    void stop() {
        if (front != null) {
            client.close();
            front.close();
        }
    }

    private static String answer(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private RawPeer serve(String response) {
        RawPeer service = front.upstream.accept();
        service.readHead();
        return service.send(response);
    }

    private void expect(int stream, String body) {
        assertThat(client.awaitHead(stream).status()).isEqualTo("200");
        assertThat(client.awaitBody(stream)).isEqualTo(body);
    }

    /** The connection is in order still. */
    private void expectService(int stream) {
        client.get(stream, "/still");
        serve(answer("yes"));
        expect(stream, "yes");
    }

    // ---- requests and their answers

    @Test
    void aRequestReachesAnHttp1ServiceRewritten() throws Exception {
        client.get(1, "/a//%2e?q", "cookie", "a=1", "te", "trailers", "cookie", "b=2", "x-forwarded-for", "6.6.6.6");
        RawPeer service = front.upstream.accept();
        String head = service.readHead();
        assertThat(head)
                .startsWith("GET /a//%2e?q HTTP/1.1\r\n")
                .contains("host: a\r\n")
                .contains("cookie: a=1; b=2\r\n")
                .contains("te: trailers\r\n")
                .contains("connection: keep-alive\r\n")
                .contains("X-Forwarded-For: 127.0.0.1\r\n")
                .contains("X-Forwarded-Host: a\r\n")
                .doesNotContain("6.6.6.6", "content-length", "transfer-encoding");
        service.send(
                "HTTP/1.1 200 Fine\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nSet-Cookie: c=3\r\nSet-Cookie: d=4\r\n"
                        + "Content-Length: 2\r\n\r\nhi");
        Http2Peer.Frame response = client.awaitHead(1);
        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("content-length")).isEqualTo("2");
        assertThat(response.headers().getAll("set-cookie")).hasSize(2);
        assertThat(response.headers().names()).doesNotContain("connection", "x-hop");
        assertThat(client.awaitBody(1)).isEqualTo("hi");
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.path()).isEqualTo("/a//%2e");
        assertThat(summary.responseBytes()).isEqualTo(2);
        assertThat(summary.end()).isEqualTo(ExchangeSummary.End.COMPLETE);
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void streamsAreAnsweredAsTheirServicesAnswer() {
        client.get(1, "/1").get(3, "/3").get(5, "/5");
        List<RawPeer> services = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawPeer service = front.upstream.accept();
            service.readHead();
            services.add(service);
        }
        services.get(2).send(answer("five"));
        expect(5, "five");
        services.get(0).send(answer("one"));
        expect(1, "one");
        services.get(1).send(answer("three"));
        expect(3, "three");
    }

    @Test
    void aBodyOfUnknownLengthIsChunkedForTheServiceWithItsTrailers() {
        client.post(1, "/up").data(1, "xyz", false).data(1, "uv", false);
        client.send(HEADERS, END_HEADERS | END_STREAM, 1, Http2Peer.block("x-sum", "5"));
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead()).contains("transfer-encoding: chunked\r\n");
        String body = "";
        while (!body.endsWith("\r\n\r\n")) {
            body += service.readText(1);
        }
        assertThat(body.replaceAll("(?m)^[0-9a-f]+\r\n", ""))
                .isIn("xyz\r\nuv\r\nx-sum: 5\r\n\r\n", "xyzuv\r\nx-sum: 5\r\n\r\n");
        service.send(answer("ok"));
        expect(1, "ok");
    }

    @Test
    void aBodyOfKnownLengthKeepsItsLength() {
        client.post(1, "/up", "content-length", "5").data(1, "abc", false).data(1, "de", true);
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead()).contains("content-length: 5\r\n").doesNotContain("chunked");
        assertThat(service.readText(5)).isEqualTo("abcde");
        service.send(answer("ok"));
        expect(1, "ok");
    }

    @Test
    void aServicesTrailersReachTheClient() {
        client.get(1, "/");
        serve(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\n\r\n");
        assertThat(client.awaitHead(1).ends()).isFalse();
        assertThat(client.nextThat().text()).isEqualTo("abc");
        Http2Peer.Frame trailers = client.awaitHead(1);
        assertThat(trailers.ends()).isTrue();
        assertThat(trailers.field("x-sum")).isEqualTo("7");
        assertThat(trailers.headers().size()).isEqualTo(1);
    }

    @Test
    void anAnswerWithoutABodyIsOneFrame() {
        client.get(1, "/");
        serve("HTTP/1.1 204 No Content\r\n\r\n");
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.status()).isEqualTo("204");
        assertThat(head.ends()).isTrue();
    }

    @Test
    void theAnswerToHeadTellsALengthAndHasNoBody() {
        client.send(HEADERS, END_HEADERS | END_STREAM, 1, Http2Peer.request("HEAD", "/"));
        serve("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.field("content-length")).isEqualTo("1000");
        assertThat(head.ends()).isTrue();
    }

    @Test
    void informationalResponsesArePassedOn() {
        client.post(1, "/", "expect", "100-continue");
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead()).contains("expect: 100-continue");
        service.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
        assertThat(client.awaitHead(1).status()).isEqualTo("100");
        Http2Peer.Frame hints = client.awaitHead(1);
        assertThat(hints.status()).isEqualTo("103");
        assertThat(hints.field("link")).isEqualTo("</x>");
        client.data(1, "x", true);
        assertThat(service.readText(6)).isEqualTo("1\r\nx\r\n");
        service.send(answer("ok"));
        expect(1, "ok");
    }

    @Test
    void aResponseComesByteByByte() {
        client.get(1, "/events");
        RawPeer service = serve("HTTP/1.1 200 OK\r\n\r\n");
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        for (int i = 0; i < 5; i++) {
            service.send("" + i);
            assertThat(client.nextThat().text()).isEqualTo("" + i);
        }
        service.close();
        assertThat(client.awaitBody(1)).isEmpty();
    }

    @Test
    void whereNoServiceIsTheDaemonAnswersItself() throws Exception {
        client.send(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                Http2Peer.block(":method", "GET", ":scheme", "http", ":authority", "nowhere", ":path", "/"));
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.status()).isEqualTo("404");
        assertThat(head.field("content-type")).startsWith("text/plain");
        assertThat(client.awaitBody(1)).contains("No service has registered");
        assertThat(front.awaitExchange().status()).isEqualTo(404);
    }

    @Test
    void aHostOutsideOfTheCertificateIsMisdirected() {
        client.send(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                Http2Peer.block(":method", "GET", ":scheme", "http", ":authority", "misdirected", ":path", "/"));
        assertThat(client.awaitHead(1).status()).isEqualTo("421");
        assertThat(client.awaitBody(1)).contains("connection of its own");
    }

    @Test
    void anHttpsRequestOutsideOfTlsIsMisdirected() {
        client.send(
                HEADERS,
                END_HEADERS | END_STREAM,
                1,
                Http2Peer.block(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/"));
        assertThat(client.awaitHead(1).status()).isEqualTo("421");
    }

    // ---- one stream fails, its neighbours do not

    @Test
    void aHeldRequestIsAnsweredWhenItsServiceReturnsAndItsNeighbourAtOnce() throws Exception {
        front.holding = true;
        client.post(1, "/held").data(1, "abc", true);
        var held = front.awaitHeld();
        front.holding = false;
        client.get(3, "/now");
        serve(answer("now"));
        expect(3, "now");
        front.grant(held);
        RawPeer service = front.upstream.accept();
        assertThat(service.readHead()).startsWith("POST /held");
        service.send(answer("late"));
        expect(1, "late");
    }

    @Test
    void aHoldThatExpiresIs503WithRetryAfter() throws Exception {
        front.holding = true;
        client.get(1, "/");
        front.refuseHeld(new Refusal(Refusal.Reason.EXPIRED, Duration.ofSeconds(5), "away for 30 s"));
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.status()).isEqualTo("503");
        assertThat(head.field("retry-after")).isEqualTo("5");
        assertThat(client.awaitBody(1)).contains("away for 30 s");
    }

    @Test
    void aClientThatTakesItsHeldRequestBackIsForgotten() throws Exception {
        front.holding = true;
        client.get(1, "/");
        front.awaitHeld();
        client.reset(1);
        await().untilAtomic(front.cancelled, is(1));
        assertThat(front.awaitExchange().end()).isEqualTo(ExchangeSummary.End.CLIENT_GONE);
        front.holding = false;
        expectService(3);
    }

    @Test
    void aClientThatTakesItsRequestBackResetsTheServicesStream() {
        client.get(1, "/");
        RawPeer service = front.upstream.accept();
        service.readHead();
        client.reset(1);
        service.readToReset();
        expectService(3);
    }

    @Test
    void aLostClientConnectionResetsItsStreams() {
        client.get(1, "/").get(3, "/");
        RawPeer first = front.upstream.accept();
        RawPeer second = front.upstream.accept();
        client.raw().reset();
        assertThat(first.readToReset()).contains("GET /");
        assertThat(second.readToReset()).contains("GET /");
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aServiceThatBreaksOffResetsItsStreamVisiblyAndNoOther() throws Exception {
        client.get(1, "/cut").get(3, "/whole");
        RawPeer cut = front.upstream.accept();
        cut.readHead();
        cut.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        assertThat(client.nextThat().text()).isEqualTo("abc");
        cut.reset();
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.INTERNAL_ERROR);
        serve(answer("whole"));
        expect(3, "whole");
        assertThat(front.awaitExchange().end()).isEqualTo(ExchangeSummary.End.TRUNCATED);
    }

    @Test
    void aServiceThatFailsBeforeItsAnswerIs502AndTheNextRequestIsServed() {
        client.post(1, "/", "content-length", "3").data(1, "abc", true);
        front.upstream.accept().close();
        assertThat(client.awaitHead(1).status()).isEqualTo("502");
        assertThat(client.awaitBody(1)).contains("not sent a second time");
        expectService(3);
    }

    @Test
    void aRefusedRequestIsSentAgainWithItsBody() {
        front.upstream.refusals.set(1);
        client.post(1, "/again").data(1, "abc", true);
        RawPeer service = front.upstream.accept();
        if (service.available() == 0) {
            // The connection that stood for the refused stream went elsewhere; this one is the second.
            assertThat(front.upstream.opened()).isEqualTo(2);
        }
        assertThat(service.readHead()).startsWith("POST /again");
        assertThat(service.readText(8)).isEqualTo("3\r\nabc\r\n");
        service.send(answer("ok"));
        expect(1, "ok");
        assertThat(front.replays).containsExactly("POST refused");
    }

    @Test
    void anEarlyAnswerSurvivesTheUploadThatItMeets() {
        client.post(1, "/up");
        RawPeer service = front.upstream.accept();
        service.readHead();
        client.data(1, "a".repeat(10_000), false);
        service.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
        assertThat(client.awaitHead(1).status()).isEqualTo("413");
        assertThat(client.awaitBody(1)).isEqualTo("big");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.NO_ERROR);
        // On their way before the client heard of the reset.
        for (int i = 0; i < 5; i++) {
            client.data(1, "b".repeat(1_000), false);
        }
        expectService(3);
    }

    // ---- flow control

    @Test
    void theClientGetsItsWindowBackOnlyAsTheServiceTakesTheBody() {
        front.holding = true;
        client.post(1, "/up");
        int window = HttpSettings.Http2.DEFAULTS.streamWindowBytes();
        int sent = 0;
        while (sent < window) {
            int piece = Math.min(16_000, window - sent);
            client.data(1, "x".repeat(piece), false);
            sent += piece;
        }
        client.send(PING, NONE, 0, new byte[8]);
        Http2Peer.Frame frame = client.next();
        while (frame.type() != PING) {
            assertThat(frame.type() == WINDOW_UPDATE && frame.stream() == 1)
                    .as("the body waits, and so does the client")
                    .isFalse();
            frame = client.next();
        }
        front.holding = false;
        front.grant(front.held.remove());
        RawPeer service = front.upstream.accept();
        service.readHead();
        frame = client.await(WINDOW_UPDATE);
        while (frame.stream() != 1) {
            frame = client.await(WINDOW_UPDATE);
        }
        assertThat(frame.word(0)).isPositive();
        client.data(1, "y", true);
        service.send(answer("ok"));
        expect(1, "ok");
    }

    @Test
    void moreThanTheWindowEndsTheStreamOrTheConnection() {
        front.holding = true;
        client.post(1, "/up");
        byte[] piece = Http2Peer.frame(DATA, NONE, 1, new byte[16_000]);
        client.flood(6, piece);
        Http2Peer.Frame frame = client.nextThat();
        assertThat(frame.error()).isEqualTo(Http2Error.FLOW_CONTROL_ERROR);
    }

    @Test
    void aClientThatTakesNothingStallsItsOwnStreamAlone() {
        client.send(SETTINGS, NONE, 0, Http2Peer.setting(Http2Peer.SETTING_INITIAL_WINDOW, 10));
        client.get(1, "/big").get(3, "/small");
        RawPeer big = front.upstream.accept();
        big.readHead();
        big.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + "x".repeat(100));
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        assertThat(client.nextThat().text()).hasSize(10);
        serve(answer("small"));
        expect(3, "small");
        client.windowUpdate(1, 1_000);
        assertThat(client.awaitBody(1)).hasSize(90);
    }

    @Test
    void aServiceIsNotReadFartherThanItsClientReads() {
        client.send(SETTINGS, NONE, 0, Http2Peer.setting(Http2Peer.SETTING_INITIAL_WINDOW, 0));
        client.get(1, "/endless");
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\n\r\n");
        java.util.concurrent.atomic.AtomicLong sent = new java.util.concurrent.atomic.AtomicLong();
        Thread endless = new Thread(() -> {
            try {
                while (true) {
                    service.socket().getOutputStream().write(new byte[64 << 10]);
                    sent.addAndGet(64 << 10);
                }
            } catch (java.io.IOException reset) {
                return;
            }
        });
        endless.setDaemon(true);
        endless.start();
        await().during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(30))
                .until(new java.util.concurrent.Callable<Boolean>() {
                    private long before = -1;

                    @Override
                    public Boolean call() {
                        boolean still = before == sent.get();
                        before = sent.get();
                        return still;
                    }
                });
        // What the sockets hold, and nothing of ours beyond a few reads.
        assertThat(sent).hasValueLessThan(16L << 20);
        client.reset(1);
    }

    @Test
    void aStreamThatTakesNothingForTooLongIsGivenUp() throws Exception {
        impatient(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(300));
        client.send(SETTINGS, NONE, 0, Http2Peer.setting(Http2Peer.SETTING_INITIAL_WINDOW, 10));
        client.get(1, "/");
        serve("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + "x".repeat(50));
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CANCEL);
        assertThat(front.awaitExchange().reason()).contains("took nothing");
    }

    @Test
    void aStreamWhoseClientTakesNothingIsResetSoonerWhenMemoryIsShortAndTheOthersStay() throws Exception {
        client.send(SETTINGS, NONE, 0, Http2Peer.setting(Http2Peer.SETTING_INITIAL_WINDOW, 10));
        client.get(1, "/");
        serve("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + "x".repeat(50));
        await().untilAsserted(() -> {
            front.stalls.cutOffLongest(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            assertThat(front.exchanges).isNotEmpty();
        });
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CANCEL);
        assertThat(front.awaitExchange().reason()).contains("took nothing, and memory was short");

        client.get(3, "/");
        serve(answer("ok"));
        assertThat(client.awaitBody(3)).isEqualTo("ok");
    }

    @Test
    void aBodyThatStallsIs408() {
        impatient(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofMillis(300), Duration.ofSeconds(60));
        client.post(1, "/").data(1, "abc", false);
        assertThat(client.awaitHead(1).status()).isEqualTo("408");
        assertThat(client.awaitBody(1)).contains("nothing came");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.NO_ERROR);
    }

    // ---- the connection's end

    @Test
    void anIdleConnectionIsEndedWithAWord() {
        impatient(Duration.ofSeconds(10), Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(60));
        assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.NO_ERROR);
        client.awaitEnd();
    }

    @Test
    void aHeadThatDoesNotEndEndsTheConnection() {
        impatient(Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));
        client.send(HEADERS, END_STREAM, 1, Http2Peer.request("GET", "/"));
        assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
        client.awaitEnd();
    }

    @Test
    void aClientThatSaysNoSettingsIsEnded() {
        impatient(Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));
        client = new Http2Peer(front.connect()).preface();
        client.awaitGoAway();
        client.awaitEnd();
    }

    @Test
    void theFrontsEndIsToldInTwoStepsAndWhatIsUnderWayFinishes() {
        client.get(1, "/slow");
        RawPeer service = front.upstream.accept();
        service.readHead();
        front.front.finish();
        assertThat(client.awaitGoAway().word(0)).isEqualTo(Integer.MAX_VALUE);
        Http2Peer.Frame ping = client.await(PING);
        // Begun before the client heard of the end.
        client.get(3, "/late").send(PING, ACK, 0, ping.payload());
        Http2Peer.Frame last = client.awaitGoAway();
        assertThat(last.word(0)).isEqualTo(3);
        assertThat(last.error()).isEqualTo(Http2Error.NO_ERROR);
        serve(answer("late"));
        expect(3, "late");
        service.send(answer("slow"));
        expect(1, "slow");
        client.awaitEnd();
    }

    @Test
    void aClientThatDoesNotAnswerIsToldTheLastStepAllTheSame() {
        restart(new HttpSettings.Http2(
                100, 65_535, 1 << 20, 1_000, 100, 200, Duration.ofSeconds(30), 1_000, Duration.ofMillis(200)));
        client.get(1, "/");
        serve(answer("x"));
        expect(1, "x");
        front.front.finish();
        client.awaitGoAway();
        assertThat(client.awaitGoAway().word(0)).isEqualTo(1);
        client.awaitEnd();
    }

    // ---- bad input

    @Test
    void aHeadThatIsTooLongIs431WithItsReason() throws Exception {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            fields.add("x-" + i);
            fields.add("v".repeat(14_000));
        }
        byte[] block = Http2Peer.request("GET", "/", fields.toArray(String[]::new));
        client.send(HEADERS, END_STREAM, 1, java.util.Arrays.copyOf(block, 16_000));
        for (int at = 16_000; at < block.length; at += 16_000) {
            int end = Math.min(block.length, at + 16_000);
            client.send(
                    CONTINUATION,
                    end == block.length ? END_HEADERS : NONE,
                    1,
                    java.util.Arrays.copyOfRange(block, at, end));
        }
        assertThat(client.awaitHead(1).status()).isEqualTo("431");
        assertThat(front.awaitExchange().status()).isEqualTo(431);
        assertThat(client.awaitBody(1)).contains("the head is longer than 65536 bytes");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.NO_ERROR);
        expectService(3);
    }

    @Test
    void moreRequestsAtOnceThanAgreedAreRefusedUnseenWithTheirBodies() {
        restart(new HttpSettings.Http2(
                2, 65_535, 1 << 20, 1_000, 100, 200, Duration.ofSeconds(30), 1_000, Duration.ofSeconds(1)));
        client.get(1, "/1").get(3, "/3").post(5, "/5").data(5, "abc", true);
        assertThat(client.awaitReset(5).error()).isEqualTo(Http2Error.REFUSED_STREAM);
        serve(answer("one"));
        expect(1, "one");
        serve(answer("three"));
        expect(3, "three");
        expectService(7);
        assertThat(front.upstream.opened()).isEqualTo(3);
    }

    private record Flood(String name, byte[] frame) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Flood> floods() {
        return List.of(
                new Flood("ping", Http2Peer.frame(PING, NONE, 0, new byte[8])),
                new Flood("ping answers", Http2Peer.frame(PING, ACK, 0, new byte[8])),
                new Flood("settings", Http2Peer.frame(SETTINGS, NONE, 0, new byte[0])),
                new Flood("window updates", Http2Peer.frame(WINDOW_UPDATE, NONE, 0, Http2Peer.word(1))),
                new Flood("priorities", Http2Peer.frame(PRIORITY, NONE, 1, new byte[] {0, 0, 0, 0, 9})),
                new Flood("unknown frames", Http2Peer.frame(0xbe, NONE, 0, new byte[3])),
                new Flood("empty data", Http2Peer.frame(DATA, NONE, 1, new byte[0])));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void aFloodEndsTheConnection(Flood flood) {
        client.post(1, "/");
        front.upstream.accept().readHead();
        client.flood(MANY, flood.frame());
        assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
        client.awaitEnd();
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void emptyContinuationsEndTheConnection() {
        client.send(HEADERS, NONE, 1, Http2Peer.request("GET", "/"));
        client.flood(MANY, Http2Peer.frame(CONTINUATION, NONE, 1, new byte[0]));
        assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
        client.awaitEnd();
    }

    @Test
    void aRapidResetEndsTheConnection() throws Exception {
        for (int i = 0; i < 300; i++) {
            int stream = 2 * i + 1;
            client.flood(1, Http2Peer.frame(HEADERS, END_HEADERS | END_STREAM, stream, Http2Peer.request("GET", "/")));
            client.flood(1, Http2Peer.frame(RST_STREAM, NONE, stream, Http2Peer.word(8)));
        }
        assertThat(client.awaitGoAway().error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
        client.awaitEnd();
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aClientThatReadsNothingIsNotReadEither() throws Exception {
        impatient(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMillis(500));
        client.close();
        client = Http2Peer.open(RawPeer.connectWithReceiveBuffer(front.port, 4 << 10));
        byte[] nowhere = Http2Peer.block(":method", "GET", ":scheme", "http", ":authority", "nowhere", ":path", "/");
        Thread eager = new Thread(() -> {
            try {
                for (int stream = 1; ; stream += 2) {
                    client.raw()
                            .socket()
                            .getOutputStream()
                            .write(Http2Peer.frame(HEADERS, END_HEADERS | END_STREAM, stream, nowhere));
                }
            } catch (java.io.IOException ended) {
                return;
            }
        });
        eager.setDaemon(true);
        eager.start();
        eager.join(Duration.ofSeconds(60).toMillis());
        assertThat(eager.isAlive()).as("the connection was ended").isFalse();
    }

    @Test
    void anHttp1RequestGetsAnEndAndNoService() {
        RawPeer plain = front.connect().send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        new Http2Peer(plain).awaitEnd();
        assertThat(front.upstream.opened()).isZero();
    }
}
