package io.socketmaster.server.http;

import static io.netty.handler.codec.http2.Http2FrameTypes.DATA;
import static io.netty.handler.codec.http2.Http2FrameTypes.HEADERS;
import static io.netty.handler.codec.http2.Http2FrameTypes.PING;
import static io.netty.handler.codec.http2.Http2FrameTypes.SETTINGS;
import static io.netty.handler.codec.http2.Http2FrameTypes.WINDOW_UPDATE;
import static io.socketmaster.server.http.Http2Peer.ACK;
import static io.socketmaster.server.http.Http2Peer.END_HEADERS;
import static io.socketmaster.server.http.Http2Peer.END_STREAM;
import static io.socketmaster.server.http.Http2Peer.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.server.service.Refusal;
import io.socketmaster.testing.Background;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * WebSocket over HTTP/2 (RFC 8441; contract sections 3, 5, 6 and 8): raw frames in and out, and HTTP/1.1 services played by
 * hand.
 */
class Http2WebSocketTest {
    private static final Pattern KEY = Pattern.compile("(?i)\r\nsec-websocket-key: (\\S+)\r\n");
    private static final int WINDOW = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    /** The codec's first stream to a service: the number 1 is kept for upgrades, which nobody does. */
    private static final int FIRST = 3;

    private static final String CLOSE_1012 = "\u0088\u0002\u0003\u00f4";
    private static final String HELLO = "\u0081\u0002hi";

    private FrontHarness front;
    private Http2Peer client;

    @BeforeEach
    void start() {
        front = new FrontHarness(HttpSettings.DEFAULTS, HttpFront::serveHttp2);
        client = Http2Peer.open(front.connect());
    }

    @AfterEach
    void stop() {
        client.close();
        front.close();
    }

    private Http2Peer connect(int stream, String... more) {
        return client.send(HEADERS, END_HEADERS, stream, request(more));
    }

    private static byte[] request(String... more) {
        String[] fields = new String[4 + more.length];
        System.arraycopy(new String[] {":protocol", "websocket", "sec-websocket-version", "13"}, 0, fields, 0, 4);
        System.arraycopy(more, 0, fields, 4, more.length);
        return Http2Peer.request("CONNECT", "/chat", fields);
    }

    /** Says yes to a handshake. */
    private static RawPeer accept(RawPeer service, String more) {
        String head = service.readHead();
        return service.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + keyOf(head).accept() + "\r\n" + more + "\r\n");
    }

    private static WebSocketKey keyOf(String head) {
        Matcher key = KEY.matcher(head);
        assertThat(key.find()).as(head).isTrue();
        return new WebSocketKey(key.group(1));
    }

    /** Opens a WebSocket, and returns its service. */
    private RawPeer open(int stream) {
        connect(stream);
        RawPeer service = accept(front.upstream.accept(), "");
        assertThat(client.awaitHead(stream).status()).isEqualTo("200");
        return service;
    }

    /** The next piece of that length, in however many frames. */
    private String awaitText(int stream, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            Http2Peer.Frame frame = client.nextThat();
            assertThat(frame.type()).isEqualTo(DATA);
            assertThat(frame.stream()).isEqualTo(stream);
            text.append(frame.text());
        }
        return text.toString();
    }

    /** The connection is in order still. */
    private void expectService(int stream) {
        client.get(stream, "/still");
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
        assertThat(client.awaitHead(stream).status()).isEqualTo("200");
        assertThat(client.awaitBody(stream)).isEqualTo("yes");
    }

    // ---- the handshake

    @Test
    void theClientIsToldThatItMayConnect() {
        ByteBuffer settings = ByteBuffer.wrap(client.await(SETTINGS).payload());
        int value = -1;
        while (settings.hasRemaining()) {
            char id = settings.getChar();
            int told = settings.getInt();
            value = id == Http2CodecUtil.SETTINGS_ENABLE_CONNECT_PROTOCOL ? told : value;
        }
        assertThat(value).isEqualTo(1);
    }

    @Test
    void aConnectBecomesAnUpgradeAndA101A200() throws Exception {
        connect(
                1,
                "sec-websocket-protocol",
                "chat, superchat",
                "sec-websocket-extensions",
                "permessage-deflate",
                "origin",
                "http://a",
                "sec-websocket-key",
                "mine");
        RawPeer service = front.upstream.accept();
        String head = service.readHead();
        assertThat(head)
                .startsWith("GET /chat HTTP/1.1\r\n")
                .contains("upgrade: websocket\r\n")
                .contains("connection: upgrade\r\n")
                .contains("host: a\r\n")
                .contains("sec-websocket-version: 13\r\n")
                .contains("sec-websocket-protocol: chat, superchat\r\n")
                .contains("sec-websocket-extensions: permessage-deflate\r\n")
                .contains("origin: http://a\r\n")
                .contains("X-Forwarded-For: 127.0.0.1\r\n")
                .doesNotContain("mine", "content-length", "transfer-encoding", "protocol: websocket");
        service.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade, X-Hop\r\nX-Hop: 1\r\n"
                + "Upgrade: websocket\r\nSec-WebSocket-Accept: " + keyOf(head).accept() + "\r\n"
                + "Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n" + HELLO);
        Http2Peer.Frame response = client.awaitHead(1);
        assertThat(response.status()).isEqualTo("200");
        assertThat(response.ends()).isFalse();
        assertThat(response.field("sec-websocket-protocol")).isEqualTo("chat");
        assertThat(response.field("sec-websocket-extensions")).isEqualTo("permessage-deflate");
        assertThat(response.headers().names())
                .doesNotContain("connection", "x-hop", "upgrade", "sec-websocket-accept", "content-length");
        assertThat(awaitText(1, HELLO.length())).isEqualTo(HELLO);
        client.data(1, "from the client", false);
        assertThat(service.readText(15)).isEqualTo("from the client");
        assertThat(front.inFlight).hasValue(1);
        assertThat(front.longLived).hasValue(1);

        service.endOutput();
        client.data(1, "", true);
        assertThat(service.readToEnd()).isEmpty();
        assertThat(client.awaitBody(1)).isEmpty();
        ExchangeSummary summary = front.awaitExchange();
        assertThat(summary.end()).isEqualTo(ExchangeSummary.End.UPGRADED);
        assertThat(summary.status()).isEqualTo(101);
        assertThat(summary.requestBytes()).isEqualTo(15);
        assertThat(summary.responseBytes()).isEqualTo(HELLO.length());
        await().untilAtomic(front.inFlight, is(0));
        expectService(3);
    }

    @Test
    void eachHandshakeHasAKeyOfItsOwn() {
        connect(1);
        connect(3);
        WebSocketKey first = keyOf(front.upstream.accept().readHead());
        assertThat(keyOf(front.upstream.accept().readHead())).isNotEqualTo(first);
    }

    @Test
    void whatTheClientSaysAheadOfTheAnswerIsDelivered() {
        connect(1).data(1, "early", false).data(1, "", true);
        RawPeer service = accept(front.upstream.accept(), "");
        assertThat(service.readToEnd()).isEqualTo("early");
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        service.send(HELLO).endOutput();
        assertThat(client.awaitBody(1)).isEqualTo(HELLO);
    }

    @Test
    void aConnectThatEndsWithItsHeadIsServed() {
        client.send(HEADERS, END_HEADERS | END_STREAM, 1, request());
        RawPeer service = accept(front.upstream.accept(), "");
        assertThat(service.readToEnd()).isEmpty();
        service.send(HELLO).endOutput();
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        assertThat(client.awaitBody(1)).isEqualTo(HELLO);
    }

    @Test
    void aServiceThatAcceptsAnotherKeyIsABadGateway() {
        connect(1);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + WebSocketKey.random().accept() + "\r\n\r\n");
        assertThat(client.awaitHead(1).status()).isEqualTo("502");
        assertThat(client.awaitBody(1)).contains("Sec-WebSocket-Accept");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.NO_ERROR);
        expectService(3);
    }

    @Test
    void aServiceThatDoesNotSwitchCannotPassForOneThatDoes() {
        connect(1);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(client.awaitHead(1).status()).isEqualTo("502");
        assertThat(client.awaitBody(1)).contains("answered 200");
        expectServiceBehindReset(3);
    }

    private void expectServiceBehindReset(int stream) {
        assertThat(client.awaitReset(stream - 2).error()).isEqualTo(Http2Error.NO_ERROR);
        expectService(stream);
    }

    @Test
    void anyOtherAnswerIsPassedOn() {
        connect(1);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: origin\r\n\r\nno");
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.status()).isEqualTo("403");
        assertThat(head.field("x-why")).isEqualTo("origin");
        assertThat(client.awaitBody(1)).isEqualTo("no");
        expectServiceBehindReset(3);
    }

    @Test
    void anUnknownProtocolIs501() {
        client.send(HEADERS, END_HEADERS, 1, Http2Peer.request("CONNECT", "/", ":protocol", "connect-udp"));
        assertThat(client.awaitHead(1).status()).isEqualTo("501");
        assertThat(client.awaitBody(1)).contains("RFC 9220 section 3");
        expectServiceBehindReset(3);
    }

    @Test
    void aProtocolWithAnotherMethodIsMalformed() {
        client.send(HEADERS, END_HEADERS | END_STREAM, 1, Http2Peer.request("GET", "/", ":protocol", "websocket"));
        assertThat(client.awaitHead(1).status()).isEqualTo("400");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
        expectService(3);
    }

    // ---- held, and sent again

    @Test
    void aHandshakeWaitsForItsService() throws Exception {
        front.holding = true;
        connect(1).data(1, "early", false);
        front.grant(front.awaitHeld());
        RawPeer service = accept(front.upstream.accept(), "");
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        assertThat(service.readText(5)).isEqualTo("early");
    }

    @Test
    void aHoldThatExpiresIs503() throws Exception {
        front.holding = true;
        connect(1).data(1, "early", false);
        front.refuseHeld(new Refusal(Refusal.Reason.EXPIRED, Duration.ofSeconds(5), "away for 30 s"));
        Http2Peer.Frame head = client.awaitHead(1);
        assertThat(head.status()).isEqualTo("503");
        assertThat(head.field("retry-after")).isEqualTo("5");
        assertThat(client.awaitBody(1)).contains("away for 30 s");
        front.holding = false;
        expectServiceBehindReset(3);
    }

    @Test
    void aRefusedHandshakeIsSentAgain() {
        front.upstream.refusals.set(1);
        connect(1);
        RawPeer service = accept(front.upstream.accept(), "");
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        service.send(HELLO);
        assertThat(awaitText(1, HELLO.length())).isEqualTo(HELLO);
        assertThat(front.replays).containsExactly("GET refused");
    }

    @Test
    void aClientThatTakesItsHandshakeBackIsForgotten() throws Exception {
        front.holding = true;
        connect(1).data(1, "early", false);
        front.awaitHeld();
        client.reset(1);
        await().untilAtomic(front.cancelled, is(1));
        front.holding = false;
        expectService(3);
    }

    // ---- ends

    @Test
    void eachDirectionEndsByItself() {
        RawPeer service = open(1);
        client.data(1, "last", true);
        assertThat(service.readToEnd()).isEqualTo("last");
        service.send("still here").endOutput();
        assertThat(client.awaitBody(1)).isEqualTo("still here");
        expectService(3);
    }

    @Test
    void theServiceMayEndFirst() {
        RawPeer service = open(1);
        service.send("bye").endOutput();
        assertThat(client.awaitBody(1)).isEqualTo("bye");
        client.data(1, "and you", true);
        assertThat(service.readToEnd()).isEqualTo("and you");
        expectService(3);
    }

    @Test
    void aClientThatResetsItsStreamResetsTheServices() throws Exception {
        RawPeer service = open(1);
        client.reset(1);
        service.readToReset();
        assertThat(front.awaitExchange().reason()).contains("CANCEL");
        await().untilAtomic(front.inFlight, is(0));
        expectService(3);
    }

    @Test
    void aLostClientResetsTheService() {
        RawPeer service = open(1);
        client.raw().reset();
        service.readToReset();
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aServiceThatResetsItsStreamResetsTheClients() {
        RawPeer service = open(1);
        service.reset();
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CONNECT_ERROR);
        // What was on its way is ignored.
        client.data(1, "late", false);
        expectService(3);
    }

    @Test
    void aSessionThatIsLostSaysServiceRestart() {
        front.upstream.losesSessions = true;
        RawPeer service = open(1);
        service.send(HELLO);
        assertThat(awaitText(1, HELLO.length())).isEqualTo(HELLO);
        service.reset();
        assertThat(client.awaitBody(1)).isEqualTo(CLOSE_1012);
        client.data(1, "", true);
        expectService(3);
    }

    @Test
    void aSessionThatIsLostWithinAFrameIsAReset() {
        front.upstream.losesSessions = true;
        RawPeer service = open(1);
        service.send("\u0081\u0005he");
        assertThat(awaitText(1, 4)).isEqualTo("\u0081\u0005he");
        service.reset();
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CONNECT_ERROR);
        expectService(3);
    }

    @Test
    void aClientThatLeavesTheCloseFrameUnansweredIsReset() {
        front.upstream.losesSessions = true;
        open(1).reset();
        assertThat(client.awaitBody(1)).isEqualTo(CLOSE_1012);
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CONNECT_ERROR);
        expectService(3);
    }

    @Test
    void fieldsBehindTheHandshakeEndTheStream() {
        RawPeer service = open(1);
        client.send(HEADERS, END_HEADERS | END_STREAM, 1, Http2Peer.block("x-sum", "5"));
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
        service.readToReset();
        expectService(3);
    }

    @Test
    void goAwayLeavesAWebSocketOpenAndTheConnectionEndsBehindIt() {
        RawPeer service = open(1);
        front.front.finish();
        assertThat(client.awaitGoAway().word(0)).isEqualTo(Integer.MAX_VALUE);
        client.send(PING, ACK, 0, client.await(PING).payload());
        assertThat(client.awaitGoAway().word(0)).isEqualTo(1);
        client.data(1, "question", false);
        assertThat(service.readText(8)).isEqualTo("question");
        service.send("answer").endOutput();
        assertThat(client.awaitBody(1)).isEqualTo("answer");
        client.data(1, "", true);
        client.awaitEnd();
        assertThat(service.readToEnd()).isEmpty();
    }

    @Test
    void anOpenWebSocketIsNotIdle() {
        stop();
        HttpSettings.Timeouts usual = HttpSettings.Timeouts.DEFAULTS;
        Duration soon = Duration.ofMillis(300);
        front = new FrontHarness(
                new HttpSettings(
                        HttpSettings.Limits.DEFAULTS,
                        new HttpSettings.Timeouts(
                                usual.head(), soon, soon, soon, soon, usual.linger(), usual.heldHalfClose()),
                        HttpSettings.Replay.DEFAULTS,
                        HttpSettings.Reuse.DEFAULTS,
                        HttpSettings.Http2.DEFAULTS),
                HttpFront::serveHttp2);
        client = Http2Peer.open(front.connect());
        RawPeer service = open(1);
        // A request that is cut off after the same time shows that the time has passed.
        client.post(3, "/slow");
        RawPeer slow = front.upstream.accept();
        slow.readHead();
        assertThat(client.awaitHead(3).status()).isEqualTo("408");
        assertThat(client.awaitBody(3)).isNotEmpty();
        assertThat(client.awaitReset(3).error()).isEqualTo(Http2Error.NO_ERROR);
        service.send(HELLO);
        assertThat(awaitText(1, HELLO.length())).isEqualTo(HELLO);
        client.data(1, "on", true);
        assertThat(service.readToEnd()).isEqualTo("on");
        service.endOutput();
        assertThat(client.awaitBody(1)).isEmpty();
        // And behind it the connection is.
        client.awaitGoAway();
    }

    @Test
    void aFarewellThatTheClientDoesNotTakeEndsInAReset() {
        front.upstream.losesSessions = true;
        client.send(SETTINGS, NONE, 0, Http2Peer.setting(Http2Peer.SETTING_INITIAL_WINDOW, 0));
        open(1).reset();
        client.data(1, "", true);
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CONNECT_ERROR);
    }

    // ---- services that speak HTTP/2

    /** The service's end of the next connection, with what it announces. */
    private Http2Peer acceptHttp2(byte[] settings) {
        RawPeer raw = front.upstream.accept();
        assertThat(raw.readText(24)).startsWith("PRI * HTTP/2.0");
        return new Http2Peer(raw).send(SETTINGS, NONE, 0, settings);
    }

    private static byte[] takesConnect() {
        return Http2Peer.setting(Http2CodecUtil.SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
    }

    private static void acceptConnect(Http2Peer service, int stream) {
        Http2Peer.Frame head = service.await(HEADERS);
        assertThat(head.stream()).isEqualTo(stream);
        service.send(HEADERS, END_HEADERS, stream, Http2Peer.block(":status", "200", "sec-websocket-protocol", "chat"));
    }

    /** Opens a WebSocket to a service that speaks HTTP/2, and returns that; its stream there is the {@link #FIRST}. */
    private Http2Peer openHttp2() {
        front.upstream.http2 = true;
        connect(1);
        Http2Peer service = acceptHttp2(takesConnect());
        acceptConnect(service, FIRST);
        Http2Peer.Frame response = client.awaitHead(1);
        assertThat(response.status()).isEqualTo("200");
        assertThat(response.field("sec-websocket-protocol")).isEqualTo("chat");
        assertThat(response.headers().names()).doesNotContain("upgrade");
        return service;
    }

    @Test
    void anHttp2ServiceThatTakesConnectsGetsThem() {
        front.upstream.http2 = true;
        connect(1, "origin", "http://a", "sec-websocket-key", "mine").data(1, "early", false);
        Http2Peer service = acceptHttp2(takesConnect());
        Http2Peer.Frame head = service.await(HEADERS);
        assertThat(head.ends()).isFalse();
        assertThat(head.field(":method")).isEqualTo("CONNECT");
        assertThat(head.field(":protocol")).isEqualTo("websocket");
        assertThat(head.field(":scheme")).isEqualTo("http");
        assertThat(head.field(":path")).isEqualTo("/chat");
        assertThat(head.field(":authority")).isEqualTo("a");
        assertThat(head.field("origin")).isEqualTo("http://a");
        assertThat(head.field("x-forwarded-for")).isEqualTo("127.0.0.1");
        assertThat(head.headers().names()).doesNotContain("sec-websocket-key", "upgrade");
        service.send(HEADERS, END_HEADERS, FIRST, Http2Peer.block(":status", "200"));
        assertThat(client.awaitHead(1).status()).isEqualTo("200");
        assertThat(service.await(DATA).text()).isEqualTo("early");
        service.data(FIRST, HELLO, true);
        assertThat(client.awaitBody(1)).isEqualTo(HELLO);
        client.data(1, "bye", true);
        assertThat(service.awaitBody(FIRST)).isEqualTo("bye");
        await().untilAtomic(front.inFlight, is(0));
        // The connection is good for the next one.
        connect(3);
        acceptConnect(service, FIRST + 2);
        assertThat(client.awaitHead(3).status()).isEqualTo("200");
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void anHttp2ServiceThatTakesNoConnectsIsABadGatewayThatSaysSo() {
        front.upstream.http2 = true;
        connect(1);
        Http2Peer service = acceptHttp2(new byte[0]);
        assertThat(client.awaitHead(1).status()).isEqualTo("502");
        assertThat(client.awaitBody(1)).contains("SETTINGS_ENABLE_CONNECT_PROTOCOL");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.NO_ERROR);
        await().untilAtomic(front.inFlight, is(0));
        client.get(3, "/");
        assertThat(service.await(HEADERS).field(":method")).isEqualTo("GET");
        service.send(HEADERS, END_HEADERS | END_STREAM, FIRST, Http2Peer.block(":status", "204"));
        assertThat(client.awaitHead(3).status()).isEqualTo("204");
    }

    @Test
    void anotherAnswerOfAnHttp2ServiceIsPassedOn() {
        front.upstream.http2 = true;
        connect(1);
        Http2Peer service = acceptHttp2(takesConnect());
        service.await(HEADERS);
        service.send(HEADERS, END_HEADERS, FIRST, Http2Peer.block(":status", "403"))
                .data(FIRST, "no", true);
        assertThat(client.awaitHead(1).status()).isEqualTo("403");
        assertThat(client.awaitBody(1)).isEqualTo("no");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.NO_ERROR);
    }

    @Test
    void resetsPassBetweenStreamsOfHttp2() {
        Http2Peer service = openHttp2();
        client.reset(1);
        assertThat(service.awaitReset(FIRST).error()).isEqualTo(Http2Error.CONNECT_ERROR);
        connect(3);
        acceptConnect(service, FIRST + 2);
        assertThat(client.awaitHead(3).status()).isEqualTo("200");
        service.reset(FIRST + 2);
        assertThat(client.awaitReset(3).error()).isEqualTo(Http2Error.CONNECT_ERROR);
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void anHttp2ServiceThatSendsFieldsBehindItsAnswerLosesTheStream() {
        Http2Peer service = openHttp2();
        service.send(HEADERS, END_HEADERS | END_STREAM, FIRST, Http2Peer.block("x-sum", "5"));
        assertThat(service.awaitReset(FIRST).error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CONNECT_ERROR);
    }

    @Test
    void aSessionOfHttp2ThatIsLostSaysServiceRestart() {
        front.upstream.losesSessions = true;
        openHttp2().raw().reset();
        assertThat(client.awaitBody(1)).isEqualTo(CLOSE_1012);
        client.data(1, "", true);
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void windowsHoldUpBothSidesOfTwoStreamsOfHttp2() {
        Http2Peer service = openHttp2();
        byte[] piece = frameOf(WINDOW / 5);
        // The client gives no window: its own is all that passes, and as much waits.
        for (int i = 0; i < 5; i++) {
            service.send(DATA, NONE, FIRST, piece);
        }
        int got = 0;
        while (got < WINDOW) {
            got += client.await(DATA).payload().length;
        }
        assertThat(got).isEqualTo(WINDOW);
        // The connection's window counts as well.
        client.windowUpdate(0, WINDOW).windowUpdate(1, WINDOW);
        service.data(FIRST, HELLO, true);
        assertThat(client.awaitBody(1)).isEqualTo(HELLO);
    }

    // ---- flow control

    /** A WebSocket frame of that many random bytes, its header among them. */
    private static byte[] frameOf(int bytes) {
        byte[] frame = new byte[bytes];
        new Random(1).nextBytes(frame);
        ByteBuffer.wrap(frame).putShort((short) 0x827f).putLong(bytes - Short.BYTES - Long.BYTES);
        return frame;
    }

    @Test
    void aClientThatTakesNothingHoldsUpItsServiceAndNobodyElse() {
        byte[] much = frameOf(32 << 20);
        RawPeer service = open(1);
        CompletableFuture<RawPeer> sent = Background.supply(() -> service.send(much));
        ByteBuffer got = ByteBuffer.allocate(much.length);
        while (got.position() < WINDOW) {
            got.put(client.await(DATA).payload());
        }
        assertThat(got.position()).isEqualTo(WINDOW);
        // The connection's window too: without it nobody gets a body.
        client.windowUpdate(0, much.length);
        expectService(3);
        assertThat(sent).isNotDone();
        client.windowUpdate(1, much.length);
        while (got.hasRemaining()) {
            got.put(client.await(DATA).payload());
        }
        assertThat(sent.join()).isSameAs(service);
        assertThat(got.array()).isEqualTo(much);
    }

    @Test
    void aClientThatTakesNothingIsResetWhenMemoryIsShort() throws Exception {
        RawPeer service = open(1);
        CompletableFuture<RawPeer> sent = Background.supply(() -> service.send(frameOf(32 << 20)));
        await().until(() -> {
            front.stalls.cutOffLongest(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            return front.exchanges.peek() != null;
        });
        assertThat(front.awaitExchange().reason()).contains("memory was short");
        assertThat(client.awaitReset(1).error()).isEqualTo(Http2Error.CANCEL);
        assertThat(sent).failsWithin(Duration.ofSeconds(20));
        client.windowUpdate(0, WINDOW);
        expectService(3);
    }

    @Test
    void aServiceThatTakesNothingHoldsUpItsClient() {
        RawPeer service = open(1);
        int window = WINDOW;
        byte[] piece = frameOf(16_000);
        int sent = 0;
        // What the daemon and two sockets hold is far less than this.
        int enough = 64 << 20;
        while (sent < enough) {
            while (window >= piece.length) {
                client.send(DATA, NONE, 1, piece);
                window -= piece.length;
                sent += piece.length;
            }
            // Its answer shows that all before it was read.
            client.send(PING, NONE, 0, new byte[8]);
            int before = window;
            for (Http2Peer.Frame frame = client.next(); frame.type() != PING; frame = client.next()) {
                if (frame.type() == WINDOW_UPDATE && frame.stream() == 1) {
                    window += frame.word(0);
                }
            }
            if (window == before) {
                break;
            }
        }
        assertThat(sent).isLessThan(enough);
        expectService(3);
        service.readBytes(sent);
        client.data(1, "on", true);
        assertThat(service.readToEnd()).isEqualTo("on");
    }

    @Test
    void lastWordsWaitForTheClientsWindow() {
        client.send(SETTINGS, NONE, 0, Http2Peer.setting(Http2Peer.SETTING_INITIAL_WINDOW, 0));
        client.await(SETTINGS);
        RawPeer service = open(1);
        service.send(HELLO).endOutput();
        client.data(1, "", true);
        assertThat(service.readToEnd()).isEmpty();
        client.windowUpdate(1, 100);
        assertThat(client.awaitBody(1)).isEqualTo(HELLO);
    }
}
