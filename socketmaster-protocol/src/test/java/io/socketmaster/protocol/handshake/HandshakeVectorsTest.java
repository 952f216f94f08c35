package io.socketmaster.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.handshake.ReplyDecoder.Answered;
import io.socketmaster.protocol.handshake.Vectors.HostileVector;
import io.socketmaster.protocol.handshake.Vectors.ReplyVector;
import io.socketmaster.protocol.handshake.Vectors.RequestVector;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Version 1, byte for byte, in both directions. */
class HandshakeVectorsTest {
    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#requests")
    void aRequestIsReadFromItsBytes(RequestVector vector) throws ProtocolException {
        ByteBuf in = Unpooled.wrappedBuffer(vector.bytes());

        assertThat(new HandshakeDecoder().decode(in)).contains(HandshakeRequest.version1(vector.definition()));
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#requests")
    void aRequestIsWrittenAsItsBytes(RequestVector vector) throws ProtocolException {
        ByteBuf out = HandshakeEncoder.encode(
                HandshakeRequest.version1(vector.definition()), UnpooledByteBufAllocator.DEFAULT);
        try {
            assertThat(ByteBufUtil.getBytes(out)).isEqualTo(vector.bytes());
        } finally {
            out.release();
        }
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#requests")
    void aRequestCutAtAnyByteNeedsMoreAndIsThenRead(RequestVector vector) throws ProtocolException {
        for (int cut = 0; cut < vector.bytes().length; cut++) {
            HandshakeDecoder decoder = new HandshakeDecoder();
            ByteBuf in = Unpooled.wrappedBuffer(vector.bytes());
            in.writerIndex(cut);

            assertThat(decoder.decode(in)).as("cut at %d", cut).isEmpty();

            in.writerIndex(vector.bytes().length);
            assertThat(decoder.decode(in))
                    .as("cut at %d", cut)
                    .contains(HandshakeRequest.version1(vector.definition()));
        }
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#requests")
    void aRequestThatArrivesByteByByteIsReadWithItsLastByte(RequestVector vector) throws ProtocolException {
        HandshakeDecoder decoder = new HandshakeDecoder();
        ByteBuf in = Unpooled.buffer();
        byte[] bytes = vector.bytes();
        for (int i = 0; i < bytes.length - 1; i++) {
            assertThat(decoder.decode(in.writeByte(bytes[i]))).isEmpty();
        }

        assertThat(decoder.decode(in.writeByte(bytes[bytes.length - 1])))
                .contains(HandshakeRequest.version1(vector.definition()));
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#requests")
    void theYamuxFrameBehindARequestIsNotTouched(RequestVector vector) throws ProtocolException {
        byte[] frame = ByteBufUtil.decodeHexDump("000100010000000100000000");
        ByteBuf in = Unpooled.wrappedBuffer(vector.bytes(), frame);

        assertThat(new HandshakeDecoder().decode(in)).isPresent();

        assertThat(ByteBufUtil.getBytes(in)).isEqualTo(frame);
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#replies")
    void aReplyIsReadFromItsBytes(ReplyVector vector) throws ProtocolException {
        ByteBuf in = Unpooled.wrappedBuffer(vector.bytes(), new byte[] {0, 1});

        assertThat(ReplyDecoder.version1().decode(in)).hasValueSatisfying(result -> {
            HandshakeReply reply = ((Answered) result).reply();
            assertThat(reply.status()).isEqualTo(vector.status());
            assertThat(reply.details()).isEmpty();
        });
        assertThat(in.readableBytes()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#replies")
    void aReplyIsWrittenAsItsBytes(ReplyVector vector) {
        HandshakeReply reply = vector.status().equals("OK")
                ? HandshakeReply.okV1()
                : HandshakeReply.errorV1(
                        new ProtocolException(ErrorCode.PORT_IN_USE, "port 80 is held by another program"));

        ByteBuf out = ReplyEncoder.encode(reply, UnpooledByteBufAllocator.DEFAULT);
        try {
            assertThat(ByteBufUtil.getBytes(out)).isEqualTo(vector.bytes());
        } finally {
            out.release();
        }
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#replies")
    void aReplyCutAtAnyByteNeedsMore(ReplyVector vector) throws ProtocolException {
        for (int cut = 0; cut < vector.bytes().length; cut++) {
            ByteBuf in = Unpooled.wrappedBuffer(Arrays.copyOf(vector.bytes(), cut));
            assertThat(ReplyDecoder.version1().decode(in)).as("cut at %d", cut).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("io.socketmaster.protocol.handshake.Vectors#hostile")
    void aHostileRequestIsRefusedAsBadUnlessItIsOnlyTooShort(HostileVector vector) throws ProtocolException {
        ByteBuf in = Unpooled.wrappedBuffer(vector.bytes());
        if (vector.name().startsWith("truncated")) {
            assertThat(new HandshakeDecoder().decode(in)).isEmpty();
            return;
        }

        assertThat(refusal(vector.bytes()).code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @Test
    void theErrorNamesFieldAndValue() {
        assertThat(refusal(Vectors.hostile("port 70000"))).hasMessageContaining("port 70000");
        assertThat(refusal(Vectors.hostile("negative port"))).hasMessageContaining("port -1");
        assertThat(refusal(Vectors.hostile("negative string length")))
                .hasMessageContaining("address")
                .hasMessageContaining("18446744073709551615");
        assertThat(refusal(Vectors.hostile("largest string length"))).hasMessageContaining("9223372036854775807");
        assertThat(refusal(Vectors.hostile("unknown flag bits 0x7c"))).hasMessageContaining("0x7c");
        assertThat(refusal(Vectors.hostile("64 KiB + 1 path prefix")))
                .hasMessageContaining("pathPrefix")
                .hasMessageContaining("65537");
    }

    private static ProtocolException refusal(byte[] request) {
        return catchThrowableOfType(
                ProtocolException.class, () -> new HandshakeDecoder().decode(Unpooled.wrappedBuffer(request)));
    }
}
