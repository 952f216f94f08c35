package io.socketmaster.server.http;

import static io.netty.handler.codec.http2.Http2FrameTypes.DATA;
import static io.netty.handler.codec.http2.Http2FrameTypes.GO_AWAY;
import static io.netty.handler.codec.http2.Http2FrameTypes.HEADERS;
import static io.netty.handler.codec.http2.Http2FrameTypes.RST_STREAM;
import static io.netty.handler.codec.http2.Http2FrameTypes.SETTINGS;
import static io.netty.handler.codec.http2.Http2FrameTypes.WINDOW_UPDATE;
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
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract sections 5 and 8 for services that speak HTTP/2, played by hand behind clients of either version. */
class Http2BackendTest {
    private static final String[] GRPC = {"content-type", "application/grpc", "te", "trailers"};

    private FrontHarness front;
    private Http2Peer client;

    @BeforeEach
    void start() {
        front = new FrontHarness(HttpSettings.DEFAULTS, HttpFront::serveHttp2);
        front.upstream.http2 = true;
        client = Http2Peer.open(front.connect());
    }

    @AfterEach
    void stop() {
        client.close();
        front.close();
    }

    private void speakHttp1() {
        stop();
        front = new FrontHarness(HttpSettings.DEFAULTS);
        front.upstream.http2 = true;
    }

    /** The service's end of the next connection, with its beginning over. */
    private Http2Peer accept() {
        RawPeer raw = front.upstream.accept();
        assertThat(raw.readText(24)).startsWith("PRI * HTTP/2.0");
        return new Http2Peer(raw).send(SETTINGS, NONE, 0, new byte[0]);
    }

    private static Http2Peer head(Http2Peer service, int stream, boolean end, String... fields) {
        return service.send(HEADERS, END_HEADERS | (end ? END_STREAM : NONE), stream, Http2Peer.block(fields));
    }

    // ---- heads and bodies

    @Test
    void aRequestAndItsTrailersPassBothWays() {
        client.post(1, "/x?y", "te", "trailers", "x-a", "1", "cookie", "c=1", "cookie", "d=2");
        client.data(1, "abc", false);
        client.send(HEADERS, END_HEADERS | END_STREAM, 1, Http2Peer.block("x-sum", "3"));
        Http2Peer service = accept();
        Http2Peer.Frame request = service.await(HEADERS);
        assertThat(request.field(":method")).isEqualTo("POST");
        assertThat(request.field(":path")).isEqualTo("/x?y");
        assertThat(request.field(":authority")).isEqualTo("a");
        assertThat(request.field(":scheme")).isEqualTo("http");
        assertThat(request.field("te")).isEqualTo("trailers");
        assertThat(request.field("x-a")).isEqualTo("1");
        assertThat(request.field("cookie")).isEqualTo("c=1; d=2");
        assertThat(request.field("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(service.await(DATA).text()).isEqualTo("abc");
        Http2Peer.Frame trailers = service.await(HEADERS);
        assertThat(trailers.field("x-sum")).isEqualTo("3");
        assertThat(trailers.ends()).isTrue();
        head(service, request.stream(), false, ":status", "200", "x-b", "2");
        service.data(request.stream(), "answer", false);
        head(service, request.stream(), true, "x-end", "9");
        Http2Peer.Frame response = client.awaitHead(1);
        assertThat(response.field("x-b")).isEqualTo("2");
        assertThat(client.nextThat().text()).isEqualTo("answer");
        assertThat(client.awaitHead(1).field("x-end")).isEqualTo("9");
    }

    @Test
    void manyRequestsShareOneStreamOfTheSession() {
        Http2Peer service = null;
        for (int stream = 1; stream < 40; stream += 2) {
            client.get(stream, "/" + stream);
            service = service == null ? accept() : service;
            Http2Peer.Frame request = service.await(HEADERS);
            assertThat(request.ends()).isTrue();
            head(service, request.stream(), false, ":status", "200").data(request.stream(), "x", true);
            assertThat(client.awaitHead(stream).status()).isEqualTo("200");
            assertThat(client.awaitBody(stream)).isEqualTo("x");
        }
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void bothDirectionsAreOpenAtOnce() {
        client.post(1, "/bidi");
        Http2Peer service = accept();
        int stream = service.await(HEADERS).stream();
        head(service, stream, false, ":status", "200");
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        for (int i = 0; i < 5; i++) {
            client.data(1, "q" + i, false);
            assertThat(service.await(DATA).text()).isEqualTo("q" + i);
            service.data(stream, "a" + i, false);
            assertThat(client.nextThat().text()).isEqualTo("a" + i);
        }
        client.data(1, "", true);
        assertThat(service.await(DATA).ends()).isTrue();
        service.data(stream, "", true);
        assertThat(client.awaitBody(1)).isEmpty();
    }

    @Test
    void anHttp1ClientIsServedByAnHttp2Service() {
        speakHttp1();
        RawPeer plain = front.connect()
                .send(
                        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n");
        Http2Peer service = accept();
        Http2Peer.Frame request = service.await(HEADERS);
        assertThat(request.field(":authority")).isEqualTo("h");
        assertThat(request.field("transfer-encoding")).isEmpty();
        assertThat(service.await(DATA).text()).isEqualTo("abc");
        assertThat(service.await(HEADERS).field("x-sum")).isEqualTo("1");
        head(service, request.stream(), false, ":status", "200").data(request.stream(), "hi", false);
        head(service, request.stream(), true, "x-end", "1");
        assertThat(plain.readHead()).startsWith("HTTP/1.1 200 OK\r\n").contains("transfer-encoding: chunked");
        assertThat(plain.readText(7)).isEqualTo("2\r\nhi\r\n");
        assertThat(plain.readHead()).isEqualTo("0\r\nx-end: 1\r\n\r\n");
        plain.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
        int second = service.await(HEADERS).stream();
        head(service, second, true, ":status", "200");
        assertThat(plain.readHead()).contains("content-length: 0\r\n");
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void aServiceGetsItsWindowBackOnlyAsTheClientTakesTheBody() {
        client.send(SETTINGS, NONE, 0, Http2Peer.setting(Http2Peer.SETTING_INITIAL_WINDOW, 0));
        client.get(1, "/");
        Http2Peer service = accept();
        int stream = service.await(HEADERS).stream();
        head(service, stream, false, ":status", "200");
        int window = HttpSettings.Http2.DEFAULTS.streamWindowBytes();
        for (int sent = 0; sent < window; ) {
            int piece = Math.min(16_000, window - sent);
            service.data(stream, "x".repeat(piece), false);
            sent += piece;
        }
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        client.windowUpdate(1, window);
        Http2Peer.Frame update = service.await(WINDOW_UPDATE);
        while (update.stream() != stream) {
            update = service.await(WINDOW_UPDATE);
        }
        service.data(stream, "y", true);
        client.windowUpdate(1, window);
        client.windowUpdate(0, window);
        assertThat(client.awaitBody(1)).hasSize(window + 1);
    }

    // ---- what may be sent again, and what never

    @Test
    void aRefusedRequestIsSentAgainWithItsBodyWhateverItsMethod() {
        client.post(1, "/again").data(1, "abc", true);
        Http2Peer service = accept();
        int first = service.await(HEADERS).stream();
        service.await(DATA);
        service.send(RST_STREAM, NONE, first, Http2Peer.word((int) Http2Error.REFUSED_STREAM.code()));
        Http2Peer.Frame again = service.await(HEADERS);
        assertThat(again.stream()).isNotEqualTo(first);
        assertThat(service.await(DATA).text()).isEqualTo("abc");
        head(service, again.stream(), true, ":status", "204");
        assertThat(client.awaitHead(1).status()).isEqualTo("204");
        assertThat(front.replays).containsExactly("POST refused");
    }

    @Test
    void aServicesGoAwaySendsWhatItDidNotSeeElsewhereAndLetsTheRestFinish() {
        client.post(1, "/seen").data(1, "a", true);
        Http2Peer service = accept();
        int seen = service.await(HEADERS).stream();
        client.post(3, "/unseen").data(3, "b", true);
        service.await(HEADERS);
        service.send(
                GO_AWAY, NONE, 0, ByteBuffer.allocate(8).putInt(seen).putInt(0).array());
        Http2Peer other = accept();
        Http2Peer.Frame again = other.await(HEADERS);
        assertThat(again.field(":path")).isEqualTo("/unseen");
        head(other, again.stream(), true, ":status", "201");
        assertThat(client.awaitHead(3).status()).isEqualTo("201");
        head(service, seen, true, ":status", "202");
        assertThat(client.awaitHead(1).status()).isEqualTo("202");
        service.awaitEnd();
    }

    @Test
    void aPostWhoseConnectionIsLostIs502AndAGetIsAskedOnceMore() {
        front.upstream.losesSessions = true;
        client.post(1, "/once").data(1, "a", true);
        Http2Peer service = accept();
        service.await(DATA);
        client.get(3, "/twice");
        Http2Peer.Frame second = service.await(HEADERS);
        assertThat(second.field(":path")).isEqualTo("/twice");
        service.raw().reset();
        assertThat(client.awaitHead(1).status()).isEqualTo("502");
        assertThat(client.awaitBody(1)).contains("may have carried it out");
        Http2Peer other = accept();
        Http2Peer.Frame again = other.await(HEADERS);
        assertThat(again.field(":path")).isEqualTo("/twice");
        head(other, again.stream(), true, ":status", "200");
        assertThat(client.awaitHead(3).status()).isEqualTo("200");
    }

    @Test
    void aResponseThatBreaksOffIsVisibleAndItsNeighbourGoesOn() {
        client.get(1, "/cut").get(3, "/whole");
        Http2Peer service = accept();
        int cut = service.await(HEADERS).stream();
        int whole = service.await(HEADERS).stream();
        head(service, cut, false, ":status", "200").data(cut, "abc", false);
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        assertThat(client.nextThat().text()).isEqualTo("abc");
        service.send(RST_STREAM, NONE, cut, Http2Peer.word((int) Http2Error.INTERNAL_ERROR.code()));
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.INTERNAL_ERROR);
        head(service, whole, true, ":status", "200");
        assertThat(client.awaitHead(3).status()).isEqualTo("200");
    }

    @Test
    void aClientThatTakesItsRequestBackResetsTheServicesStreamAlone() {
        client.post(1, "/");
        Http2Peer service = accept();
        int stream = service.await(HEADERS).stream();
        client.reset(1);
        assertThat(service.awaitReset(stream).error()).isEqualTo(Http2Error.CANCEL);
        client.get(3, "/next");
        assertThat(service.await(HEADERS).field(":path")).isEqualTo("/next");
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void aResponseWithABadStatusIs502() {
        client.get(1, "/");
        Http2Peer service = accept();
        int stream = service.await(HEADERS).stream();
        head(service, stream, true, ":status", "101");
        assertThat(client.awaitHead(1).status()).isEqualTo("502");
        assertThat(front.faults).isNotEmpty();
    }

    // ---- gRPC

    @Test
    void aHeldCallEndsInStatus14WhenTheHoldExpires() throws Exception {
        front.holding = true;
        client.post(1, "/svc/Call", GRPC).data(1, "\0\0\0\0\0", true);
        front.refuseHeld(new Refusal(Refusal.Reason.EXPIRED, Duration.ofSeconds(5), "The service is away."));
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.status()).isEqualTo("200");
        assertThat(head.ends()).isTrue();
        assertThat(head.field("content-type")).isEqualTo("application/grpc");
        assertThat(head.field("grpc-status")).isEqualTo("14");
        assertThat(head.field("grpc-message")).isEqualTo("The service is away.");
    }

    @Test
    void aCallWhoseServiceIsLostBeforeOrWithinItsAnswerEndsInStatus14() {
        client.post(1, "/svc/Call", GRPC).data(1, "\0\0\0\0\0", true);
        Http2Peer service = accept();
        service.await(DATA);
        client.post(3, "/svc/Stream", GRPC).data(3, "\0\0\0\0\0", true);
        int streaming = service.await(HEADERS).stream();
        service.await(DATA);
        head(service, streaming, false, ":status", "200", "content-type", "application/grpc");
        service.data(streaming, "\0\0\0\0\1x", false);
        assertThat(client.awaitHead(3).status()).isEqualTo("200");
        assertThat(client.nextThat().text()).hasSize(6);
        service.raw().reset();
        for (int i = 0; i < 2; i++) {
            Http2Peer.Frame end = client.nextThat();
            assertThat(end.type()).isEqualTo(HEADERS);
            assertThat(end.ends()).isTrue();
            assertThat(end.field("grpc-status")).isEqualTo("14");
        }
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aCallToNowhereIsUnimplemented() {
        client.send(
                HEADERS,
                END_HEADERS,
                1,
                Http2Peer.block(
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":authority",
                        "nowhere",
                        ":path",
                        "/svc/Call",
                        "content-type",
                        "application/grpc+proto"));
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.status()).isEqualTo("200");
        assertThat(head.field("grpc-status")).isEqualTo("12");
    }
}
