package io.socketmaster.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.handshake.HandshakeReply.Details;
import io.socketmaster.protocol.handshake.HandshakeReply.Failure;
import io.socketmaster.protocol.handshake.ReplyDecoder.Answered;
import io.socketmaster.protocol.handshake.ReplyDecoder.OldDaemon;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyCodecTest {
    private static final HandshakeReply EVERY_FIELD = HandshakeReply.ok(Details.registered(
            "s-17",
            Long.MAX_VALUE,
            List.of("127.0.0.1:8080", "[::1]:8080"),
            "http *:8080 /ü",
            List.of("the certificate expires in 3 days"),
            List.of("control", "proxy-v2")));

    @Test
    void everyFieldOfVersion2SurvivesTheWay() throws ProtocolException {
        assertThat(read(EVERY_FIELD)).isEqualTo(EVERY_FIELD);
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyErrorCodeReachesTheCallerInBothVersions(ErrorCode code) throws ProtocolException {
        ProtocolException refusal = new ProtocolException(code, "port 80: no");

        for (HandshakeReply reply : List.of(HandshakeReply.error(refusal), HandshakeReply.errorV1(refusal))) {
            HandshakeReply read = reply.details().isPresent() ? read(reply) : readV1(reply);

            assertThat(read).isEqualTo(reply);
            assertThat(read.status()).isEqualTo(code + ": port 80: no");
            assertThat(read.refusal()).hasValueSatisfying(thrown -> {
                assertThat(thrown.code()).isEqualTo(code);
                assertThat(thrown).hasMessage("port 80: no");
            });
        }
    }

    @Test
    void aReplyIsOneBufferSoThatGoReadsItsLengthAtOnce() {
        byte[] bytes = bytes(EVERY_FIELD);

        assertThat(ByteBufUtil.hexDump(bytes)).startsWith("00000000000000024f4b" + "00000000000000");
    }

    @Test
    void aReplyCutAtAnyByteNeedsMoreAndIsThenRead() throws ProtocolException {
        byte[] bytes = bytes(EVERY_FIELD);
        for (int cut = 0; cut < bytes.length; cut++) {
            ReplyDecoder decoder = ReplyDecoder.version2();
            ByteBuf in = Unpooled.wrappedBuffer(bytes).writerIndex(cut);
            assertThat(decoder.decode(in)).as("cut at %d", cut).isEmpty();
            assertThat(decoder.decode(in.writerIndex(bytes.length))).contains(new Answered(EVERY_FIELD));
        }
    }

    @Test
    void aReplyThatArrivesByteByByteIsReadAndWhatFollowsIsNotTouched() throws ProtocolException {
        byte[] bytes = bytes(EVERY_FIELD);
        ReplyDecoder decoder = ReplyDecoder.version2();
        ByteBuf in = Unpooled.buffer();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertThat(decoder.decode(in.writeByte(bytes[i]))).isEmpty();
            in.discardReadBytes();
        }
        in.writeByte(bytes[bytes.length - 1]).writeBytes(new byte[] {0, 1, 0, 1});

        assertThat(decoder.decode(in)).contains(new Answered(EVERY_FIELD));
        assertThat(ByteBufUtil.getBytes(in)).containsExactly(0, 1, 0, 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000100010000000100000000", // window update with SYN: the daemon opens a stream
                "0001", // its first two bytes
                "000200010000000000000000", // ping
                "000300000000000000000001" // GoAway: protocol error
            })
    void aYamuxFrameBehindOkIsAnOldDaemonAndIsNotTouched(String frame) throws ProtocolException {
        ByteBuf in = Unpooled.wrappedBuffer(bytes(HandshakeReply.okV1()), ByteBufUtil.decodeHexDump(frame));

        assertThat(ReplyDecoder.version2().decode(in)).contains(new OldDaemon());
        assertThat(ByteBufUtil.hexDump(in)).isEqualTo(frame);
    }

    @Test
    void okAndTheEndIsAnOldDaemon() throws ProtocolException {
        ReplyDecoder decoder = ReplyDecoder.version2();
        ByteBuf in = Unpooled.wrappedBuffer(bytes(HandshakeReply.okV1()));
        assertThat(decoder.decode(in)).isEmpty();

        assertThat(decoder.endOfInput(in)).isEqualTo(new OldDaemon());
    }

    @Test
    void anOldDaemonsRefusalIsAnAnswerThatEndsWithTheConnection() throws ProtocolException {
        ReplyDecoder decoder = ReplyDecoder.version2();
        HandshakeReply refusal = new HandshakeReply("listen tcp :80: bind: permission denied", Optional.empty());
        ByteBuf in = Unpooled.wrappedBuffer(bytes(refusal));
        assertThat(decoder.decode(in)).isEmpty();

        assertThat(decoder.endOfInput(in)).isEqualTo(new Answered(refusal));
        assertThat(refusal.refusal()).hasValueSatisfying(thrown -> {
            assertThat(thrown.code()).isEqualTo(ErrorCode.BAD_REQUEST);
            assertThat(thrown).hasMessage("listen tcp :80: bind: permission denied");
        });
    }

    @Test
    void aRefusalWhoseDetailsAreCutOffStillReachesThePerson() throws ProtocolException {
        ProtocolException refusal = new ProtocolException(ErrorCode.DENIED, "not yours");
        byte[] bytes = bytes(HandshakeReply.error(refusal));
        ReplyDecoder decoder = ReplyDecoder.version2();
        ByteBuf in = Unpooled.wrappedBuffer(bytes).writerIndex(bytes.length - 1);
        assertThat(decoder.decode(in)).isEmpty();

        assertThat(decoder.endOfInput(in)).isEqualTo(new Answered(HandshakeReply.errorV1(refusal)));
    }

    @Test
    void aReplyCutOffIsUnavailableSoThatItIsTriedAgain() throws ProtocolException {
        byte[] bytes = bytes(EVERY_FIELD);
        for (int cut : new int[] {0, 7, 8, 9, 11, 12, 18, 20, bytes.length - 1}) {
            ReplyDecoder decoder = ReplyDecoder.version2();
            ByteBuf in = Unpooled.wrappedBuffer(bytes).writerIndex(cut);
            assertThat(decoder.decode(in)).isEmpty();

            ProtocolException cutOff = catchThrowableOfType(ProtocolException.class, () -> decoder.endOfInput(in));
            assertThat(cutOff.code()).as("cut at %d", cut).isEqualTo(ErrorCode.UNAVAILABLE);
        }
    }

    @Test
    void aDecoderIsForOneReply() throws ProtocolException {
        ReplyDecoder decoder = ReplyDecoder.version1();
        decoder.decode(Unpooled.wrappedBuffer(bytes(HandshakeReply.okV1())));

        assertThatIllegalStateException().isThrownBy(() -> decoder.decode(Unpooled.EMPTY_BUFFER));
        assertThatIllegalStateException().isThrownBy(() -> decoder.endOfInput(Unpooled.EMPTY_BUFFER));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("hostileReplies")
    void aHostileReplyIsRefused(byte[] reply, String inTheMessage) {
        ReplyDecoder decoder = ReplyDecoder.version2();
        ProtocolException first =
                catchThrowableOfType(ProtocolException.class, () -> decoder.decode(Unpooled.wrappedBuffer(reply)));
        ProtocolException second =
                catchThrowableOfType(ProtocolException.class, () -> decoder.decode(Unpooled.EMPTY_BUFFER));

        assertThat(first).hasMessageContaining(inTheMessage);
        assertThat(first.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(second).isSameAs(first);
    }

    static Stream<Arguments> hostileReplies() {
        return Stream.of(
                Arguments.of("HTTP/1.1 400".getBytes(StandardCharsets.US_ASCII), "the reply's status"),
                Arguments.of(Wire.request().number(-1).toBytes(), "18446744073709551615"),
                Arguments.of(Wire.request().number(65_537).toBytes(), "65537"),
                Arguments.of(Wire.request().number(1).octet(0xff).toBytes(), "not valid UTF-8"),
                Arguments.of(Wire.request().string("OK").number(262_145).toBytes(), "the reply's JSON"),
                Arguments.of(
                        Wire.request()
                                .string("OK")
                                .number(0x0004_0000_0000_0000L)
                                .toBytes(),
                        "the reply's JSON"),
                Arguments.of(
                        Wire.request()
                                .string("NO")
                                .number(0x0001_0001_0000_0001L)
                                .toBytes(),
                        "the reply's JSON"),
                Arguments.of(Wire.request().string("OK").string("").toBytes(), "not a JSON object"),
                Arguments.of(ok("{\"session\":1}"), "session must be a string"),
                Arguments.of(ok("{\"session\":\"\\n\"}"), "session has the character"),
                Arguments.of(ok("{\"generation\":-1}"), "generation -1"),
                Arguments.of(ok("{\"bound\":\"x\"}"), "bound must be a list"),
                Arguments.of(ok("{\"bound\":[" + "\"x\",".repeat(64) + "\"x\"]}"), "bound has more than 64"),
                Arguments.of(ok("{\"warnings\":[" + "\"x\",".repeat(16) + "\"x\"]}"), "warnings has more than 16"),
                Arguments.of(ok("{\"features\":[\"" + "f".repeat(65) + "\"]}"), "features[0] has 65"),
                Arguments.of(ok("{\"code\":\"LIMIT\"}"), "the reply's status is OK"));
    }

    private static byte[] ok(String json) {
        return Wire.request().string("OK").string(json).toBytes();
    }

    @Test
    void aCodeOfALaterVersionKeepsItsTextAndWhetherToRetry() {
        assertThat(refused(new Failure("QUOTA", "come back later", true)))
                .hasMessage("QUOTA: come back later")
                .extracting(ProtocolException::code)
                .isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refused(new Failure("BANNED", "go away", false)))
                .hasMessage("BANNED: go away")
                .extracting(ProtocolException::code)
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void textForPeopleIsMadeSafeAndCutInsteadOfRefused() throws ProtocolException {
        HandshakeReply reply = HandshakeReply.error(
                new ProtocolException(ErrorCode.BAD_CERT, "\u001b[31m\r\n" + "x".repeat(ProtocolLimits.MAX_STRING)));

        assertThat(read(reply)).isEqualTo(reply);
        assertThat(reply.status()).startsWith("BAD_CERT:  [31m  x").hasSize(ProtocolLimits.MAX_STATUS);
        assertThat(reply.refusal().orElseThrow().getMessage()).hasSize(ProtocolLimits.MAX_SENTENCE);
    }

    @Test
    void aHostileDaemonCannotSteerATerminal() throws ProtocolException {
        byte[] reply = Wire.request()
                .string("NO\u001b[2J")
                .string("{\"route\":\"\\u001b[2J\",\"warnings\":[\"a\\nb\"],\"message\":\"\\u0007\",\"code\":\"X\"}")
                .toBytes();

        HandshakeReply read = ((Answered) ReplyDecoder.version2()
                        .decode(Unpooled.wrappedBuffer(reply))
                        .orElseThrow())
                .reply();

        assertThat(read.status()).isEqualTo("NO [2J");
        assertThat(read.details().orElseThrow().route()).isEqualTo(" [2J");
        assertThat(read.details().orElseThrow().warnings()).containsExactly("a b");
        assertThat(read.refusal().orElseThrow()).hasMessage("X:  ");
    }

    @Test
    void theLargestReplyThatTheRecordsAllowIsReadable() throws ProtocolException {
        String wide = "\uffff"; // three bytes in UTF-8
        HandshakeReply reply = HandshakeReply.ok(Details.registered(
                wide.repeat(ProtocolLimits.MAX_NAME),
                1,
                Collections.nCopies(ProtocolLimits.MAX_BOUND, wide.repeat(ProtocolLimits.MAX_ADDRESS)),
                wide.repeat(ProtocolLimits.MAX_SENTENCE),
                Collections.nCopies(ProtocolLimits.MAX_WARNINGS, wide.repeat(ProtocolLimits.MAX_WARNING)),
                Collections.nCopies(ProtocolLimits.MAX_FEATURES, wide.repeat(ProtocolLimits.MAX_WORD))));

        assertThat(read(reply)).isEqualTo(reply);
    }

    @Test
    void detailsForProgramsAreCheckedByTheirRecords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Details.registered("s\n", 1, List.of(), "", List.of(), List.of()))
                .withMessageContaining("session");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Details.registered("s", -1, List.of(), "", List.of(), List.of()))
                .withMessageContaining("generation -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Details.registered("s", 1, Collections.nCopies(65, "a"), "", List.of(), List.of()))
                .withMessageContaining("bound");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new HandshakeReply("OK", Optional.of(Details.refused(new Failure("LIMIT", "full", true)))))
                .withMessageContaining("OK");
    }

    private static ProtocolException refused(Failure failure) {
        return new HandshakeReply("no", Optional.of(Details.refused(failure)))
                .refusal()
                .orElseThrow();
    }

    private static HandshakeReply read(HandshakeReply reply) throws ProtocolException {
        return ((Answered) ReplyDecoder.version2()
                        .decode(Unpooled.wrappedBuffer(bytes(reply)))
                        .orElseThrow())
                .reply();
    }

    private static HandshakeReply readV1(HandshakeReply reply) throws ProtocolException {
        return ((Answered) ReplyDecoder.version1()
                        .decode(Unpooled.wrappedBuffer(bytes(reply)))
                        .orElseThrow())
                .reply();
    }

    private static byte[] bytes(HandshakeReply reply) {
        ByteBuf out = ReplyEncoder.encode(reply, UnpooledByteBufAllocator.DEFAULT);
        try {
            return ByteBufUtil.getBytes(out);
        } finally {
            out.release();
        }
    }
}
