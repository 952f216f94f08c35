package io.socketmaster.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.RegistrationOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HandshakeDecoderTest {
    private static final String SECRET = "sEcReT";

    @Test
    void theFirstEightBytesAreEnoughToRefuseWhatIsNoHandshake() {
        assertThat(refusal("GET / HT".getBytes(StandardCharsets.US_ASCII)))
                .hasMessageContaining("address")
                .hasMessageContaining("65536");
    }

    @Test
    void aWrongPortIsRefusedBeforeAnythingThatFollowsIt() {
        assertThat(refusal(Wire.request().string("").number(65_536).toBytes())).hasMessageContaining("port 65536");
    }

    @Test
    void aLengthOfExactlyTheLimitIsLegalInEveryPart() throws ProtocolException {
        byte[] request = largestVersion1();

        HandshakeRequest decoded = registration(new HandshakeDecoder().decode(Unpooled.wrappedBuffer(request)));

        assertThat(decoded.definition().http().orElseThrow().pathPrefix()).hasSize(ProtocolLimits.MAX_STRING);
        assertThat(decoded.definition().tls().orElseThrow().keyPem()).hasSize(ProtocolLimits.MAX_PEM);
    }

    @Test
    void theLargestRequestStaysWithinTheContractsMebibyte() {
        int extension = 1 + Integer.BYTES + ProtocolLimits.MAX_EXTENSION;

        assertThat(largestVersion1().length + extension).isLessThanOrEqualTo(ProtocolLimits.MAX_REQUEST);
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void theLargestRequestByteByByteCostsNoMoreThanItsLength() throws ProtocolException {
        // Work proportional to what waits, done for each byte, would be 10^11 steps here.
        byte[] request = largestVersion1();
        HandshakeDecoder decoder = new HandshakeDecoder();
        ByteBuf in = Unpooled.wrappedBuffer(request);
        for (int arrived = 1; arrived < request.length; arrived++) {
            in.writerIndex(arrived);
            if (decoder.decode(in).isPresent()) {
                throw new AssertionError("was read with " + arrived + " bytes of " + request.length);
            }
        }

        assertThat(decoder.decode(in.writerIndex(request.length))).isPresent();
    }

    @Test
    void consumedBytesMayBeTakenFromTheBufferBetweenCalls() throws ProtocolException {
        byte[] request = Wire.withExtension("{\"name\":\"shop\"}");
        HandshakeDecoder decoder = new HandshakeDecoder();
        ByteBuf in = Unpooled.buffer();
        for (int i = 0; i < request.length - 1; i++) {
            assertThat(decoder.decode(in.writeByte(request[i]))).isEmpty();
            in.discardReadBytes();
        }

        assertThat(decoder.decode(in.writeByte(request[request.length - 1])))
                .hasValueSatisfying(read -> assertThat(((HandshakeRequest) read)
                                .options()
                                .orElseThrow()
                                .name())
                        .isEqualTo("shop"));
    }

    @Test
    void aBufferMadeOfPiecesIsReadLikeOne() throws ProtocolException {
        byte[] request = Wire.request()
                .string("127.0.0.1")
                .number(80)
                .octet(1)
                .string("bücher.example")
                .string("/")
                .toBytes();
        CompositeByteBuf in = Unpooled.compositeBuffer(request.length);
        for (byte octet : request) {
            in.addComponent(true, Unpooled.wrappedBuffer(new byte[] {octet}));
        }
        try {
            assertThat(registration(new HandshakeDecoder().decode(in))
                            .definition()
                            .http()
                            .orElseThrow()
                            .domainSuffix())
                    .isEqualTo("bücher.example");
        } finally {
            in.release();
        }
    }

    @Test
    void theYamuxFrameBehindAVersion2RequestIsNotTouched() throws ProtocolException {
        byte[] frame = ByteBufUtil.decodeHexDump("000100010000000200000000");
        ByteBuf in = Unpooled.wrappedBuffer(Wire.withExtension("{}"), frame);

        assertThat(registration(new HandshakeDecoder().decode(in)).options()).contains(RegistrationOptions.DEFAULTS);

        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(frame);
    }

    @Test
    void aVersion2RequestCutAtAnyByteNeedsMore() throws ProtocolException {
        byte[] request = Wire.withExtension("{\"name\":\"shop\",\"hold\":\"PT5S\"}");
        for (int cut = 0; cut < request.length; cut++) {
            assertThat(new HandshakeDecoder().decode(Unpooled.wrappedBuffer(Arrays.copyOf(request, cut))))
                    .as("cut at %d", cut)
                    .isEmpty();
        }
    }

    @Test
    void theVersionOfThePeerIsKnownFromTheFlagsOn() throws ProtocolException {
        HandshakeDecoder decoder = new HandshakeDecoder();
        ByteBuf in = Unpooled.buffer();

        decoder.decode(in.writeBytes(Wire.request().string("").number(1).toBytes()));
        assertThat(decoder.isVersion2()).isFalse();

        decoder.decode(in.writeByte(0x80));
        assertThat(decoder.isVersion2()).isTrue();
    }

    @Test
    void aDecoderThatRefusedGoesOnRefusing() {
        HandshakeDecoder decoder = new HandshakeDecoder();
        byte[] wrong = Vectors.hostile("port 70000");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.decode(Unpooled.wrappedBuffer(wrong)));

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decoder.decode(Unpooled.wrappedBuffer(Wire.withExtension("{}"))))
                .withMessageContaining("70000");
    }

    @Test
    void aDecoderIsForOneRequest() throws ProtocolException {
        HandshakeDecoder decoder = new HandshakeDecoder();
        decoder.decode(Unpooled.wrappedBuffer(Wire.withExtension("{}")));

        assertThatIllegalStateException().isThrownBy(() -> decoder.decode(Unpooled.EMPTY_BUFFER));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileParts")
    void aHostilePartIsRefusedByName(String what, byte[] request, String inTheMessage) {
        ProtocolException refusal = refusal(request);

        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal).hasMessageContaining(inTheMessage);
    }

    static Stream<Arguments> hostileParts() {
        byte[] overlong = {(byte) 0xc0, (byte) 0xaf};
        byte[] surrogate = {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
        return Stream.of(
                Arguments.of(
                        "port 65536", Wire.request().string("").number(65_536).toBytes(), "port 65536"),
                Arguments.of(
                        "a port whose low 32 bits look right",
                        Wire.request().string("").number((1L << 32) + 80).toBytes(),
                        "port 4294967376"),
                Arguments.of(
                        "least port",
                        Wire.request().string("").number(Long.MIN_VALUE).toBytes(),
                        "port -922337"),
                Arguments.of(
                        "flag 0x04",
                        Wire.request().string("").number(80).octet(0x04).toBytes(),
                        "0x04"),
                Arguments.of(
                        "all flags",
                        Wire.request().string("").number(80).octet(0xff).toBytes(),
                        "bits 0x3c"),
                Arguments.of(
                        "a lane that is a registration too",
                        Wire.request().string("").number(0).octet(0xc1).toBytes(),
                        "lane and registration"),
                Arguments.of(
                        "a lane that does not say of which session",
                        Wire.request().string("").number(0).octet(0x40).toBytes(),
                        "a lane has 0xc0"),
                Arguments.of("a lane with an empty extension", lane("", 0, "{}"), "session is not printable text"),
                Arguments.of("a lane without a key", lane("", 0, "{\"session\":\"s1\"}"), "key is not printable text"),
                Arguments.of(
                        "a lane with a port",
                        lane("", 80, "{\"session\":\"s1\",\"key\":\"k\"}"),
                        "no address and no port"),
                Arguments.of(
                        "a lane with an address",
                        lane("127.0.0.1", 0, "{\"session\":\"s1\",\"key\":\"k\"}"),
                        "no address and no port"),
                Arguments.of("64 KiB + 1 address", Wire.request().number(65_537).toBytes(), "address"),
                Arguments.of(
                        "a length whose low 32 bits look right",
                        Wire.request().number(1L << 32).toBytes(),
                        "address"),
                Arguments.of(
                        "256 KiB + 1 certificate",
                        Wire.request()
                                .string("")
                                .number(443)
                                .octet(2)
                                .number(262_145)
                                .toBytes(),
                        "certificate"),
                Arguments.of(
                        "256 KiB + 1 key",
                        Wire.request()
                                .string("")
                                .number(443)
                                .octet(2)
                                .string("C")
                                .number(262_145)
                                .toBytes(),
                        "key"),
                Arguments.of(
                        "overlong UTF-8",
                        Wire.request().number(2).raw(overlong).toBytes(),
                        "address is not valid UTF-8"),
                Arguments.of(
                        "a surrogate in UTF-8",
                        Wire.request().number(3).raw(surrogate).toBytes(),
                        "address is not valid"),
                Arguments.of(
                        "half a character", Wire.request().number(1).octet(0xc3).toBytes(), "address is not valid"),
                Arguments.of(
                        "line end in the address",
                        Wire.request().string("a\nb").toBytes(),
                        "address has the character U+000A"),
                Arguments.of("NUL in the address", Wire.request().string("\0").toBytes(), "U+0000"),
                Arguments.of(
                        "line end in the domain",
                        Wire.request()
                                .string("")
                                .number(80)
                                .octet(1)
                                .string("a\r\n")
                                .toBytes(),
                        "domainSuffix has the character U+000D"),
                Arguments.of(
                        "line separator in the path",
                        Wire.request()
                                .string("")
                                .number(80)
                                .octet(1)
                                .string("")
                                .string("/\u2028")
                                .toBytes(),
                        "pathPrefix has the character U+2028"),
                Arguments.of("no extension mark", Wire.version2().octet(0).toBytes(), "extension begins with 0x00"),
                Arguments.of(
                        "256 KiB + 1 extension",
                        Wire.version2().octet(0x53).uint32(262_145).toBytes(),
                        "extension is announced with 262145"),
                Arguments.of(
                        "largest extension",
                        Wire.version2().octet(0x53).uint32(0xffff_ffffL).toBytes(),
                        "4294967295"),
                Arguments.of(
                        "extension in UTF-16",
                        Wire.version2()
                                .octet(0x53)
                                .uint32(4)
                                .raw("{}".getBytes(StandardCharsets.UTF_16BE))
                                .toBytes(),
                        "extension is not valid JSON"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileExtensions")
    void aHostileExtensionIsRefusedByFieldAndWithoutItsSecrets(String json, String inTheMessage) {
        ProtocolException refusal = refusal(Wire.withExtension(json));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal).hasMessageContaining(inTheMessage);
        assertThat(refusal.toString() + refusal.getCause()).doesNotContain(SECRET);
    }

    static Stream<Arguments> hostileExtensions() {
        return Stream.of(
                Arguments.of("", "not a JSON object"),
                Arguments.of("[]", "not a JSON object"),
                Arguments.of("null", "not a JSON object"),
                Arguments.of("{", "not valid JSON"),
                Arguments.of("{}{}", "goes on"),
                Arguments.of("{} x", "not valid JSON"),
                Arguments.of("{'name':1}", "not valid JSON"),
                Arguments.of("{\"name\":\"a\"", "not valid JSON"),
                Arguments.of("{\"sni\":[\"a\"", "not valid JSON"),
                Arguments.of("{\"metadata\":{\"a\":", "not valid JSON"),
                Arguments.of("{\"token\":" + SECRET + "}", "not valid JSON at character"),
                Arguments.of("{\"token\":[\"" + SECRET + "\"]}", "token must be a string"),
                Arguments.of("{\"token\":\"" + SECRET + "\\u0000\"}", "token has the character U+0000"),
                Arguments.of("{\"token\":\"" + SECRET.repeat(2000) + "\"}", "token has 12000 characters"),
                Arguments.of("{\"token\":\"a\",\"token\":\"" + SECRET + "\"}", "token is given twice"),
                Arguments.of("{\"name\":1}", "name must be a string"),
                Arguments.of("{\"name\":\"" + "n".repeat(129) + "\"}", "name has 129 characters; at most 128"),
                Arguments.of("{\"name\":\"a\\nb\"}", "name has the character U+000A"),
                Arguments.of("{\"name\":\"\\ud800\"}", "name has the character U+D800"),
                Arguments.of("{\"instance\":{}}", "instance must be a string, not an object"),
                Arguments.of(
                        "{\"policy\":\"newest\"}", "policy \"newest\" is not one of replace, join, exclusive, standby"),
                Arguments.of("{\"policy\":\"REPLACE\"}", "policy \"REPLACE\""),
                Arguments.of("{\"ready\":\"false\"}", "ready must be true or false"),
                Arguments.of("{\"ready\":0}", "ready must be true or false"),
                Arguments.of("{\"hold\":30}", "hold must be an ISO-8601 duration"),
                Arguments.of("{\"hold\":\"30\"}", "hold \"30\" is not an ISO-8601 duration"),
                Arguments.of("{\"hold\":\"PT-1S\"}", "hold \"PT-1S\" is not between PT0S"),
                Arguments.of("{\"drain\":\"PT721H\"}", "drain \"PT721H\" is not between"),
                Arguments.of("{\"drain\":\"PT9999999999999999999S\"}", "drain \"PT9999999999999999999S\""),
                Arguments.of("{\"drain\":\"" + "P".repeat(65) + "\"}", "drain has 65 characters"),
                Arguments.of("{\"backend\":\"h2\"}", "backend \"h2\" is not one of http/1.1, h2c, tcp"),
                Arguments.of("{\"streamHeader\":\"proxy\"}", "streamHeader \"proxy\" is not one of none, proxy-v2"),
                Arguments.of("{\"sni\":\"a\"}", "sni must be a list of strings"),
                Arguments.of("{\"sni\":[\"a\",1]}", "sni[1] must be a string"),
                Arguments.of("{\"sni\":[null]}", "sni[0] must be a string, not null"),
                Arguments.of("{\"hosts\":[\"\"]}", "hosts[0] is empty"),
                Arguments.of("{\"hosts\":[\"" + "h".repeat(256) + "\"]}", "hosts[0] has 256 characters"),
                Arguments.of("{\"hosts\":" + listOf(257) + "}", "hosts has more than 256 entries"),
                Arguments.of("{\"sni\":" + listOf(257) + "}", "sni has more than 256 entries"),
                Arguments.of("{\"weight\":1001}", "weight 1001 is not between 0 and 1000"),
                Arguments.of("{\"weight\":-1}", "weight -1"),
                Arguments.of("{\"weight\":99999999999999999999}", "weight 99999999999999999999"),
                Arguments.of("{\"weight\":" + "9".repeat(33) + "}", "too long"),
                Arguments.of("{\"weight\":1.5}", "weight must be an integer"),
                Arguments.of("{\"weight\":\"1\"}", "weight must be an integer"),
                Arguments.of("{\"metadata\":[]}", "metadata must be an object"),
                Arguments.of("{\"metadata\":{\"a\":1}}", "metadata[\"a\"] must be a string"),
                Arguments.of("{\"metadata\":{\"a\":\"\",\"a\":\"\"}}", "metadata[\"a\"] is given twice"),
                Arguments.of("{\"metadata\":{\"\\n\":\"\"}}", "metadata's key has the character U+000A"),
                Arguments.of("{\"metadata\":" + mapOf(33) + "}", "metadata has more than 32 entries"),
                Arguments.of("{\"metadata\":{\"" + "k".repeat(65) + "\":\"\"}}", "metadata has a key of 65 characters"),
                Arguments.of(
                        "{\"metadata\":{\"k\":\"" + "v".repeat(1025) + "\"}}", "metadata[\"k\"] has 1025 characters"),
                Arguments.of("{\"" + "n".repeat(257) + "\":1}", "too long"),
                Arguments.of("{\"later\":" + "[".repeat(100) + "]".repeat(100) + "}", "nested deeper"),
                Arguments.of("{\"client\":true}", "client must be a string"));
    }

    @Test
    void whatLaterVersionsSayIsIgnored() throws ProtocolException {
        assertThat(options("{\"later\":{\"name\":[1,{}]},\"name\":\"a\",\"LATER\":null}")
                        .name())
                .isEqualTo("a");
    }

    @Test
    void nullMeansThatAFieldIsAbsent() throws ProtocolException {
        assertThat(options("{\"name\":null,\"sni\":null,\"hold\":null,\"ready\":null,\"weight\":null}"))
                .isEqualTo(RegistrationOptions.DEFAULTS);
    }

    private static RegistrationOptions options(String json) throws ProtocolException {
        return registration(new HandshakeDecoder().decode(Unpooled.wrappedBuffer(Wire.withExtension(json))))
                .options()
                .orElseThrow();
    }

    private static byte[] lane(String address, int port, String json) {
        return Wire.request()
                .string(address)
                .number(port)
                .octet(0xc0)
                .extension(json)
                .toBytes();
    }

    private static HandshakeRequest registration(Optional<ControlRequest> read) {
        return (HandshakeRequest) read.orElseThrow();
    }

    private static String listOf(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"h" + i + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    private static String mapOf(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":\"v\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static byte[] largestVersion1() {
        return Wire.request()
                .string("a".repeat(ProtocolLimits.MAX_STRING))
                .number(443)
                .octet(3)
                .string("d".repeat(ProtocolLimits.MAX_STRING))
                .string("/".repeat(ProtocolLimits.MAX_STRING))
                .string("C".repeat(ProtocolLimits.MAX_PEM))
                .string("K".repeat(ProtocolLimits.MAX_PEM))
                .toBytes();
    }

    private static ProtocolException refusal(byte[] request) {
        return catchThrowableOfType(
                ProtocolException.class, () -> new HandshakeDecoder().decode(Unpooled.wrappedBuffer(request)));
    }
}
