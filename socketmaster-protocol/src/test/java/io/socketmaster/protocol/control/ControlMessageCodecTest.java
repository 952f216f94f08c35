package io.socketmaster.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.protocol.control.ControlMessage.Activated;
import io.socketmaster.protocol.control.ControlMessage.Drain;
import io.socketmaster.protocol.control.ControlMessage.Drained;
import io.socketmaster.protocol.control.ControlMessage.Lanes;
import io.socketmaster.protocol.control.ControlMessage.Paused;
import io.socketmaster.protocol.control.ControlMessage.Ready;
import io.socketmaster.protocol.control.ControlMessage.Reconnect;
import io.socketmaster.protocol.control.ControlMessage.Replaced;
import io.socketmaster.protocol.control.ControlMessage.Resumed;
import io.socketmaster.protocol.control.ControlMessage.Standby;
import io.socketmaster.protocol.control.ControlMessage.Update;
import io.socketmaster.protocol.control.ControlMessage.Updated;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ControlMessageCodecTest {
    private static final String SECRET = "sEcReT";
    private static final Update EVERY_CHANGE = new Update(
            Optional.of(new TlsMaterial("-----BEGIN\nC\n", "-----BEGIN\n" + SECRET + "\n")),
            OptionalInt.of(0),
            Optional.of(Map.of("commit", "ü\"")));

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(Side.SERVICE, new Ready(), "{\"type\":\"ready\"}"),
                Arguments.of(Side.SERVICE, new Standby(false), "{\"type\":\"standby\"}"),
                Arguments.of(Side.SERVICE, new Standby(true), "{\"type\":\"standby\",\"unlessLast\":true}"),
                Arguments.of(Side.SERVICE, Drain.fromService(), "{\"type\":\"drain\"}"),
                Arguments.of(Side.SERVICE, Update.of(7), "{\"type\":\"update\",\"weight\":7}"),
                Arguments.of(Side.SERVICE, Update.of(Map.of()), "{\"type\":\"update\",\"metadata\":{}}"),
                Arguments.of(
                        Side.SERVICE,
                        Update.of(new TlsMaterial("C", "K")),
                        "{\"type\":\"update\",\"certificate\":\"C\",\"key\":\"K\"}"),
                Arguments.of(Side.DAEMON, new Lanes(3, "k1"), "{\"type\":\"lanes\",\"count\":3,\"key\":\"k1\"}"),
                Arguments.of(Side.DAEMON, new Activated(), "{\"type\":\"activated\"}"),
                Arguments.of(Side.DAEMON, new Drained(), "{\"type\":\"drained\"}"),
                Arguments.of(
                        Side.DAEMON,
                        Drain.within(Duration.ofSeconds(30)),
                        "{\"type\":\"drain\",\"deadline\":\"PT30S\"}"),
                Arguments.of(
                        Side.DAEMON,
                        new Replaced(Duration.ofMillis(1500)),
                        "{\"type\":\"replaced\",\"deadline\":\"PT1.5S\"}"),
                Arguments.of(
                        Side.DAEMON,
                        Updated.applied(List.of("it expires tomorrow")),
                        "{\"type\":\"updated\",\"warnings\":[\"it expires tomorrow\"]}"),
                Arguments.of(Side.DAEMON, Updated.applied(List.of()), "{\"type\":\"updated\"}"),
                Arguments.of(
                        Side.DAEMON,
                        Updated.refused(new ProtocolException(ErrorCode.BAD_CERT, "no key")),
                        "{\"type\":\"updated\",\"code\":\"BAD_CERT\",\"message\":\"no key\",\"retryable\":false}"),
                Arguments.of(Side.DAEMON, new Reconnect(), "{\"type\":\"reconnect\"}"),
                Arguments.of(Side.DAEMON, new Paused(), "{\"type\":\"paused\"}"),
                Arguments.of(Side.DAEMON, new Resumed(), "{\"type\":\"resumed\"}"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageIsFourBytesOfLengthAndItsJson(Side sender, ControlMessage message, String json)
            throws ProtocolException {
        assertThat(bytes(message)).isEqualTo(frame(json));
        assertThat(new ControlMessageDecoder(sender).decode(Unpooled.wrappedBuffer(frame(json))))
                .contains(message);
    }

    @Test
    void everyFieldOfAnUpdateSurvivesTheWay() throws ProtocolException {
        assertThat(new ControlMessageDecoder(Side.SERVICE).decode(Unpooled.wrappedBuffer(bytes(EVERY_CHANGE))))
                .contains(EVERY_CHANGE);
    }

    @Test
    void theTextOfAnUpdateHidesItsKey() {
        assertThat(EVERY_CHANGE.toString()).doesNotContain(SECRET).doesNotContain("BEGIN");
    }

    @Test
    void theTypeMayStandAnywhere() throws ProtocolException {
        assertThat(decode(Side.DAEMON, "{\"later\":[{}],\"deadline\":\"PT1S\",\"type\":\"replaced\"}"))
                .contains(new Replaced(Duration.ofSeconds(1)));
    }

    @Test
    void aRefusalWhoseCodeIsNotKnownKeepsItsAdvice() throws ProtocolException {
        assertThat(decode(Side.DAEMON, "{\"type\":\"updated\",\"code\":\"LATER\",\"retryable\":true}"))
                .contains(new Updated(Optional.of(ErrorCode.UNAVAILABLE), "", List.of()));
        assertThat(decode(Side.DAEMON, "{\"type\":\"updated\",\"code\":\"LATER\",\"message\":\"x\"}"))
                .contains(new Updated(Optional.of(ErrorCode.BAD_REQUEST), "x", List.of()));
    }

    @Test
    void theLongestRefusalFitsIntoAMessage() {
        String longest = "\u20ac\"".repeat(10_000);
        encode(new Updated(
                Optional.of(ErrorCode.BAD_CERT), longest, List.of(longest, longest, longest, longest, longest)));
    }

    @Test
    void messagesAreReadOneAfterTheOther() throws ProtocolException {
        ByteBuf in = Unpooled.wrappedBuffer(bytes(new Ready()), bytes(Update.of(3)), new byte[] {0, 0});
        ControlMessageDecoder decoder = new ControlMessageDecoder(Side.SERVICE);

        assertThat(decoder.decode(in)).contains(new Ready());
        assertThat(decoder.decode(in)).contains(Update.of(3));
        assertThat(decoder.decode(in)).isEmpty();
        assertThat(in.readableBytes()).isEqualTo(2);
    }

    @Test
    void aMessageThatArrivesByteByByteIsReadWithItsLastByte() throws ProtocolException {
        byte[] bytes = bytes(EVERY_CHANGE);
        ControlMessageDecoder decoder = new ControlMessageDecoder(Side.SERVICE);
        ByteBuf in = Unpooled.buffer();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertThat(decoder.decode(in.writeByte(bytes[i]))).isEmpty();
            in.discardReadBytes();
        }

        assertThat(decoder.decode(in.writeByte(bytes[bytes.length - 1]))).contains(EVERY_CHANGE);
    }

    @Test
    void unknownTypesArePassedOverWhateverTheyHoldAndCounted() throws ProtocolException {
        ByteBuf in = Unpooled.wrappedBuffer(
                frame("{\"type\":\"later\",\"deadline\":[1],\"weight\":\"heavy\"}"),
                frame("{\"type\":\"\"}"),
                bytes(new Ready()));
        ControlMessageDecoder decoder = new ControlMessageDecoder(Side.SERVICE);

        assertThat(decoder.decode(in)).contains(new Ready());
        assertThat(decoder.ignored()).isEqualTo(2);
    }

    @Test
    void aMessageThatTheSideHasNoBusinessSendingIsPassedOver() throws ProtocolException {
        ControlMessageDecoder daemon = new ControlMessageDecoder(Side.SERVICE);
        ControlMessageDecoder service = new ControlMessageDecoder(Side.DAEMON);

        assertThat(daemon.decode(Unpooled.wrappedBuffer(bytes(new Replaced(Duration.ZERO)))))
                .isEmpty();
        assertThat(service.decode(Unpooled.wrappedBuffer(bytes(Update.of(1))))).isEmpty();
        assertThat(daemon.ignored()).isEqualTo(1);
        assertThat(service.ignored()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("hostileMessages")
    void aHostileMessageIsRefusedAndSoIsAllThatFollows(Side sender, byte[] bytes, String inTheMessage) {
        ControlMessageDecoder decoder = new ControlMessageDecoder(sender);
        ProtocolException first =
                catchThrowableOfType(ProtocolException.class, () -> decoder.decode(Unpooled.wrappedBuffer(bytes)));
        ProtocolException second = catchThrowableOfType(
                ProtocolException.class, () -> decoder.decode(Unpooled.wrappedBuffer(bytes(new Ready()))));

        assertThat(first.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(first).hasMessageContaining(inTheMessage);
        assertThat(first.toString() + first.getCause()).doesNotContain(SECRET);
        assertThat(second).isSameAs(first);
    }

    static Stream<Arguments> hostileMessages() {
        return Stream.of(
                Arguments.of(Side.SERVICE, length(640 * 1024 + 1), "655361 bytes"),
                Arguments.of(Side.SERVICE, length(-1), "4294967295 bytes"),
                Arguments.of(Side.DAEMON, length(16 * 1024 + 1), "16385 bytes"),
                Arguments.of(Side.SERVICE, frame(""), "not a JSON object"),
                Arguments.of(Side.SERVICE, frame("[]"), "not a JSON object"),
                Arguments.of(Side.SERVICE, frame("{}"), "has no type"),
                Arguments.of(Side.SERVICE, frame("{\"type\":null}"), "has no type"),
                Arguments.of(Side.SERVICE, frame("{\"type\":1}"), "type must be a string"),
                Arguments.of(Side.SERVICE, frame("{\"type\":\"ready\",\"type\":\"ready\"}"), "type is given twice"),
                Arguments.of(Side.SERVICE, frame("{\"type\":\"" + "t".repeat(65) + "\"}"), "type has 65"),
                Arguments.of(Side.SERVICE, frame("{\"type\":\"ready\"}}"), "not valid JSON"),
                Arguments.of(Side.DAEMON, frame("{\"type\":\"replaced\"}"), "replaced has no deadline"),
                Arguments.of(Side.DAEMON, frame("{\"type\":\"replaced\",\"deadline\":5}"), "deadline must be"),
                Arguments.of(Side.DAEMON, frame("{\"type\":\"drain\",\"deadline\":\"PT-5S\"}"), "deadline \"PT-5S\""),
                Arguments.of(Side.SERVICE, frame("{\"type\":\"update\",\"weight\":1001}"), "weight 1001"),
                Arguments.of(
                        Side.SERVICE, frame("{\"type\":\"update\",\"key\":\"" + SECRET + "\"}"), "without its cert"),
                Arguments.of(Side.SERVICE, frame("{\"type\":\"update\",\"certificate\":\"C\"}"), "without its key"),
                Arguments.of(Side.SERVICE, frame("{\"type\":\"update\",\"key\":" + SECRET + "}"), "not valid JSON"),
                Arguments.of(
                        Side.SERVICE,
                        frame("{\"type\":\"update\",\"key\":\"" + "K".repeat(262_145) + "\"}"),
                        "key has 262145 characters"),
                Arguments.of(
                        Side.SERVICE, frame("{\"type\":\"update\",\"metadata\":[]}"), "metadata must be an object"));
    }

    @Test
    void aChainAndKeyOfFullSizeFitIntoAnUpdate() throws ProtocolException {
        String line = "x".repeat(64) + "\n";
        String pem = line.repeat(ProtocolLimits.MAX_PEM / line.length());
        Update update = Update.of(new TlsMaterial(pem, pem));

        assertThat(new ControlMessageDecoder(Side.SERVICE).decode(Unpooled.wrappedBuffer(bytes(update))))
                .contains(update);
    }

    @Test
    void anUpdateThatTheDaemonWouldRefuseIsRefusedWhereItIsMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encode(Update.of(new TlsMaterial("\"".repeat(262_144), "\"".repeat(262_144)))))
                .withMessageContaining("at most 655360");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encode(Update.of(Map.of("a", "\n"))))
                .withMessageContaining("metadata[\"a\"]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encode(Update.of(Map.of("a", "\ud800"))))
                .withMessageContaining("surrogate");
        assertThatIllegalArgumentException().isThrownBy(() -> Update.of(1001)).withMessageContaining("weight 1001");
    }

    @Test
    void aDeadlineIsTheTimeThatIsLeftNeverNegativeAndCutToTheLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Replaced(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
        assertThat(Drain.within(Duration.ofDays(300)).deadline()).contains(ProtocolLimits.MAX_DURATION);
    }

    private static Optional<ControlMessage> decode(Side sender, String json) throws ProtocolException {
        return new ControlMessageDecoder(sender).decode(Unpooled.wrappedBuffer(frame(json)));
    }

    private static void encode(ControlMessage message) {
        ControlMessageEncoder.encode(message, UnpooledByteBufAllocator.DEFAULT).release();
    }

    private static byte[] bytes(ControlMessage message) {
        ByteBuf out = ControlMessageEncoder.encode(message, UnpooledByteBufAllocator.DEFAULT);
        try {
            return ByteBufUtil.getBytes(out);
        } finally {
            out.release();
        }
    }

    private static byte[] frame(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(length(utf8.length), utf8));
    }

    private static byte[] length(int length) {
        return ByteBufUtil.getBytes(Unpooled.copyInt(length));
    }
}
