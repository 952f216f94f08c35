package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.socketmaster.server.config.HttpSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The pure parts of the HTTP/2 front: heads, frames ahead of the decoder, floods, and streams that are over. */
class Http2RulesTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Http2RequestCheck check = new Http2RequestCheck(HttpSettings.Limits.DEFAULTS, false);

    private static Http2Headers request(String... more) {
        Http2Headers message = new DefaultHttp2Headers(false)
                .method("GET")
                .scheme("http")
                .authority("a.example")
                .path("/x?y");
        for (int i = 0; i < more.length; i += 2) {
            message.add(more[i], more[i + 1]);
        }
        return message;
    }

    // ---- heads

    @Test
    void aHeadMeansWhatItsHttp1FormMeans() throws Refused {
        RequestHead head = check.check(request("x-a", "1", "te", "trailers", "content-length", "7"), false);
        assertThat(head.method()).isEqualTo("GET");
        assertThat(head.host()).isEqualTo("a.example");
        assertThat(head.target()).isEqualTo("/x?y");
        assertThat(head.body()).isEqualTo(BodyLength.exactly(7));
        assertThat(head.acceptsTrailers()).isTrue();
        assertThat(head.upgrade()).isEmpty();
        assertThat(head.fields().names()).containsExactly("x-a");
    }

    @Test
    void aBodyWithoutALengthIsOpenAndNoBodyIsNone() throws Refused {
        assertThat(check.check(request(), false).body()).isEqualTo(BodyLength.OPEN);
        assertThat(check.check(request(), true).body()).isEqualTo(BodyLength.NONE);
    }

    @Test
    void hostStandsForAnAuthorityThatIsNotThereAndMayRepeatIt() throws Refused {
        Http2Headers bare = request("host", "b.example:80");
        bare.remove(":authority");
        assertThat(check.check(bare, true).host()).isEqualTo("b.example:80");
        assertThat(check.check(request("host", "A.EXAMPLE:80"), true).host()).isEqualTo("a.example");
        assertThatThrownBy(() -> check.check(request("host", "a.example:81"), true))
                .isInstanceOf(Refused.class);
    }

    @Test
    void anExpectationOtherThanContinueIs417() {
        assertThatThrownBy(() -> check.check(request("expect", "miracles"), true))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.fault().status()).isEqualTo(417));
    }

    @Test
    void aLongPathIs414AndALongMethod501() {
        assertThatThrownBy(() -> check.check(request().path("/" + "x".repeat(17_000)), true))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.fault().status()).isEqualTo(414));
        assertThatThrownBy(() -> check.check(request().method("X".repeat(40)), true))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.fault().status()).isEqualTo(501));
    }

    @Test
    void manyPiecesOfCookieAreOneField() throws Refused {
        List<String> crumbs = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            crumbs.add("cookie");
            crumbs.add("c" + i + "=1");
        }
        RequestHead head = check.check(request(crumbs.toArray(String[]::new)), true);
        assertThat(head.fields().getAll("cookie")).hasSize(1);
        assertThat(head.fields().get("cookie")).startsWith("c0=1; c1=1; ").endsWith("; c149=1");
    }

    @Test
    void trailersHaveNoPseudoFieldsAndNoAliases() throws Refused {
        assertThat(check.checkTrailers(new DefaultHttp2Headers(false).add("x-sum", "1"))
                        .get("x-sum"))
                .isEqualTo("1");
        assertThatThrownBy(() -> check.checkTrailers(new DefaultHttp2Headers(false).add(":path", "/")))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> check.checkTrailers(new DefaultHttp2Headers(false).add("content_length", "1")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void aResponsesFieldsAreInLowerCaseAndItsLengthIsTold() {
        ResponseHead head = new ResponseHead(
                HttpResponseStatus.OK,
                new DefaultHttpHeaders().add("X-Mixed", "a").add("X-Mixed", "b"),
                BodyLength.exactly(3));
        Http2Headers message = Http2Fields.of(head);
        assertThat(message.status().toString()).isEqualTo("200");
        assertThat(message.getAll("x-mixed")).hasSize(2);
        assertThat(message.get("content-length").toString()).isEqualTo("3");
    }

    // ---- extended CONNECT

    private static Http2Headers connect(String protocol, String... more) {
        return request(more).method("CONNECT").add(":protocol", protocol);
    }

    private HttpFault faultOf(Http2Headers message) {
        try {
            check.check(message, false);
            throw new AssertionError("passed: " + message);
        } catch (Refused refused) {
            return refused.fault();
        }
    }

    @Test
    void aConnectForWebSocketMeansAnUpgradeByGet() throws Refused {
        for (boolean ended : new boolean[] {false, true}) {
            RequestHead head = check.check(connect("WebSocket", "sec-websocket-key", "theirs", "origin", "o"), ended);
            assertThat(head.method()).isEqualTo("GET");
            assertThat(head.host()).isEqualTo("a.example");
            assertThat(head.target()).isEqualTo("/x?y");
            assertThat(head.body()).isEqualTo(BodyLength.NONE);
            assertThat(head.upgrade()).contains(new Upgrade("websocket", /* byConnect= */ true));
            assertThat(head.isExtendedConnect()).isTrue();
            assertThat(head.fields().names()).containsExactly("origin");
        }
    }

    @Test
    void aConnectForAnythingElseOrForNothingIs501() {
        assertThat(faultOf(connect("connect-udp")).status()).isEqualTo(501);
        assertThat(faultOf(connect("connect-udp")).clause()).isEqualTo("RFC 9220 section 3");
        assertThat(faultOf(connect("")).status()).isEqualTo(501);
        Http2Headers plain = new DefaultHttp2Headers().method("CONNECT").authority("a.example:443");
        assertThat(faultOf(plain).status()).isEqualTo(501);
        assertThat(faultOf(plain).clause()).isEqualTo("RFC 9110 section 9.3.6");
    }

    @Test
    void aPlainConnectNamesAnAuthorityAndNothingElse() {
        assertThat(faultOf(request().method("CONNECT")).status()).isEqualTo(400);
        assertThat(faultOf(request().method("CONNECT")).clause()).isEqualTo("RFC 9113 section 8.5");
        assertThat(faultOf(new DefaultHttp2Headers().method("CONNECT")).status())
                .isEqualTo(400);
    }

    @Test
    void aConnectForWebSocketIsNoLessCheckedThanOtherRequests() {
        Http2Headers noPath = connect("websocket");
        noPath.remove(":path");
        Http2Headers noScheme = connect("websocket");
        noScheme.remove(":scheme");
        Http2Headers noHost = connect("websocket");
        noHost.remove(":authority");
        List<Http2Headers> malformed = List.of(
                noPath,
                noScheme,
                noHost,
                connect("websocket").path("*"),
                connect("websocket", "content-length", "0"),
                connect("websocket", "host", "b.example"),
                connect("websocket", "upgrade", "websocket"),
                connect("websocket", ":protocol", "websocket"));
        for (Http2Headers message : malformed) {
            assertThat(faultOf(message).status()).as("%s", message).isEqualTo(400);
        }
        assertThat(faultOf(connect("websocket").scheme("https")).status()).isEqualTo(421);
    }

    @Test
    void aProtocolBelongsToConnectAlone() {
        assertThat(faultOf(request(":protocol", "websocket")))
                .isEqualTo(HttpFault.bad("a :protocol and another method than CONNECT", "RFC 8441 section 4"));
    }

    @Test
    void aKeyIsAcceptedAsTheExampleOfItsRfcIs() {
        assertThat(new WebSocketKey("dGhlIHNhbXBsZSBub25jZQ==").accept()).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assertThat(Base64.getDecoder().decode(WebSocketKey.random().value())).hasSize(16);
    }

    // ---- frames ahead of the decoder

    private static byte[] connection(byte[]... frames) {
        ByteBuf all = Unpooled.buffer().writeBytes(PREFACE);
        for (byte[] frame : frames) {
            all.writeBytes(frame);
        }
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    @Test
    void framesAreFoundHoweverTheBytesAreCut() {
        byte[] bytes = connection(
                Http2Peer.frame(Http2FrameTypes.SETTINGS, 0, 0, new byte[6]),
                Http2Peer.frame(Http2FrameTypes.HEADERS, 0, 1, new byte[300]),
                Http2Peer.frame(Http2FrameTypes.CONTINUATION, Http2Peer.END_HEADERS, 1, new byte[0]),
                Http2Peer.frame(0xee, 7, 3, new byte[70_000]),
                Http2Peer.frame(Http2FrameTypes.DATA, 1, 1, new byte[5]));
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            FrameScan scan = new FrameScan();
            List<String> found = new ArrayList<>();
            for (int at = 0; at < bytes.length; ) {
                int piece = Math.min(bytes.length - at, 1 + random.nextInt(round == 0 ? 1 : 20_000));
                scan.pass(
                        Unpooled.wrappedBuffer(bytes, at, piece),
                        (type, flags, length) -> found.add(type + " " + flags + " " + length));
                at += piece;
            }
            assertThat(found).containsExactly("4 0 6", "1 0 300", "9 4 0", "238 7 70000", "0 1 5");
            assertThat(scan.isWithinHead()).isFalse();
        }
    }

    @Test
    void aHeadIsOpenFromItsFirstByteToItsLastFrame() {
        FrameScan scan = new FrameScan();
        FrameScan.Frames any = (type, flags, length) -> true;
        assertThat(scan.isWithinHead()).as("the connection's beginning").isTrue();
        scan.pass(Unpooled.wrappedBuffer(connection()), any);
        assertThat(scan.isWithinHead()).as("its settings are owed").isTrue();
        scan.pass(Unpooled.wrappedBuffer(Http2Peer.frame(Http2FrameTypes.SETTINGS, 0, 0, new byte[0])), any);
        assertThat(scan.isWithinHead()).isFalse();
        byte[] head = Http2Peer.frame(Http2FrameTypes.HEADERS, Http2Peer.END_HEADERS, 1, new byte[10]);
        scan.pass(Unpooled.wrappedBuffer(head, 0, 12), any);
        assertThat(scan.isWithinHead()).as("a part of the frame").isTrue();
        scan.pass(Unpooled.wrappedBuffer(head, 12, head.length - 12), any);
        assertThat(scan.isWithinHead()).isFalse();
        scan.pass(Unpooled.wrappedBuffer(Http2Peer.frame(Http2FrameTypes.HEADERS, 0, 3, new byte[0])), any);
        assertThat(scan.isWithinHead()).as("continuations are owed").isTrue();
    }

    @Test
    void aScanStopsWhereItIsTold() {
        FrameScan scan = new FrameScan();
        byte[] bytes = connection(
                Http2Peer.frame(Http2FrameTypes.SETTINGS, 0, 0, new byte[0]),
                Http2Peer.frame(Http2FrameTypes.PING, 0, 0, new byte[8]));
        assertThat(scan.pass(Unpooled.wrappedBuffer(bytes), (type, flags, length) -> type != Http2FrameTypes.PING))
                .isFalse();
    }

    // ---- floods

    private static final HttpSettings.Http2 FEW = new HttpSettings.Http2(
            100, 65_535, 1 << 20, 10, 5, 200, Duration.ofSeconds(30), 1_000, Duration.ofSeconds(1));

    private static int idleFramesUntilRefused(FloodGuard guard, int type, long now) {
        int passed = 0;
        while (passed < 1_000 && guard.onFrame(type, 0, 4, now)) {
            passed++;
        }
        return passed;
    }

    @Test
    void anAllowanceIsUsedUpAndGrowsBackWithTime() {
        FloodGuard guard = new FloodGuard(FEW, 0);
        assertThat(idleFramesUntilRefused(guard, Http2FrameTypes.PING, 0)).isEqualTo(10);
        FloodGuard patient = new FloodGuard(FEW, 0);
        for (int i = 0; i < 9; i++) {
            assertThat(patient.onFrame(Http2FrameTypes.PING, 0, 8, 0)).isTrue();
        }
        assertThat(idleFramesUntilRefused(patient, Http2FrameTypes.PING, TimeUnit.SECONDS.toNanos(1)))
                .isEqualTo(6);
    }

    @Test
    void dataThatWeSendAllowsForItsWindowUpdates() {
        FloodGuard guard = new FloodGuard(FEW, 0);
        for (int i = 0; i < 1_000; i++) {
            guard.onDataSent(100);
            assertThat(guard.onFrame(Http2FrameTypes.WINDOW_UPDATE, 0, 4, 0)).isTrue();
            assertThat(guard.onFrame(Http2FrameTypes.WINDOW_UPDATE, 0, 4, 0)).isTrue();
        }
    }

    @Test
    void headsResetsAndBodiesAreNotCountedHere() {
        FloodGuard guard = new FloodGuard(FEW, 0);
        assertThat(idleFramesUntilRefused(guard, Http2FrameTypes.HEADERS, 0)).isEqualTo(1_000);
        assertThat(idleFramesUntilRefused(guard, Http2FrameTypes.RST_STREAM, 0)).isEqualTo(1_000);
        assertThat(idleFramesUntilRefused(guard, Http2FrameTypes.DATA, 0)).isEqualTo(1_000);
        assertThat(guard.onFrame(Http2FrameTypes.DATA, Http2Peer.END_STREAM, 0, 0))
                .isTrue();
    }

    // ---- streams that are over

    @Test
    void aStreamsFateIsRemembered() {
        StreamHistory history = new StreamHistory();
        history.onOpened(1);
        history.onOpened(7);
        history.onOpened(9);
        history.onReset(9);
        assertThat(history.fateOf(1)).isEqualTo(StreamHistory.Fate.CLOSED);
        assertThat(history.fateOf(3)).isEqualTo(StreamHistory.Fate.SKIPPED);
        assertThat(history.fateOf(5)).isEqualTo(StreamHistory.Fate.SKIPPED);
        assertThat(history.fateOf(7)).isEqualTo(StreamHistory.Fate.CLOSED);
        assertThat(history.fateOf(9)).isEqualTo(StreamHistory.Fate.RESET);
    }

    @Test
    void whatIsLongAgoCountsAsClosed() {
        StreamHistory history = new StreamHistory();
        for (int id = 1; id < 20_000; id += 2) {
            history.onOpened(id);
            history.onReset(id);
        }
        assertThat(history.fateOf(1)).isEqualTo(StreamHistory.Fate.CLOSED);
        assertThat(history.fateOf(19_999)).isEqualTo(StreamHistory.Fate.RESET);
    }
}
