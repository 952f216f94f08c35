package io.socketmaster.protocol.handshake;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.handshake.ReplyDecoder.Answered;
import io.socketmaster.protocol.handshake.ReplyDecoder.Result;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Any bytes at all as a reply. The first byte says which version was asked, and in which steps the rest arrives. */
class ReplyDecoderFuzzTest {
    // Fuzzing proper (JAZZER_FUZZ=1) lasts as long as maxDuration or JAZZER_MAX_DURATION says, not as long as a test
    // may.
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreAResultOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        boolean version2 = (input[0] & 1) != 0;
        int step = 1 + (input[0] & 0xff) / 2;
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);

        Outcome whole = decode(version2, bytes, bytes.length + 1);
        Outcome inSteps = decode(version2, bytes, step);

        if (!whole.equals(inSteps)) {
            throw new AssertionError("at once: " + whole + ", in steps of " + step + ": " + inSteps);
        }
        if (whole.result.isPresent() && whole.result.get() instanceof Answered answered) {
            requireSameAfterEncoding(answered.reply());
        }
    }

    private static Outcome decode(boolean version2, byte[] bytes, int step) {
        ReplyDecoder decoder = version2 ? ReplyDecoder.version2() : ReplyDecoder.version1();
        ByteBuf in = Unpooled.wrappedBuffer(bytes).writerIndex(0);
        try {
            while (true) {
                in.writerIndex(Math.min(bytes.length, in.writerIndex() + step));
                Optional<Result> result = decoder.decode(in);
                if (result.isPresent()) {
                    return new Outcome(result, in.readerIndex(), "");
                }
                if (in.writerIndex() == bytes.length) {
                    return new Outcome(Optional.of(decoder.endOfInput(in)), 0, "at the end");
                }
            }
        } catch (ProtocolException e) {
            return new Outcome(Optional.empty(), 0, e.toStatus());
        }
    }

    private static void requireSameAfterEncoding(HandshakeReply reply) {
        ByteBuf out = ReplyEncoder.encode(reply, UnpooledByteBufAllocator.DEFAULT);
        try {
            ReplyDecoder decoder = reply.details().isPresent() ? ReplyDecoder.version2() : ReplyDecoder.version1();
            if (!decoder.decode(out).orElseThrow().equals(new Answered(reply))) {
                throw new AssertionError("does not survive the way: " + reply);
            }
            reply.refusal();
        } catch (ProtocolException e) {
            throw new AssertionError("was read and cannot be written: " + reply, e);
        } finally {
            out.release();
        }
    }

    private record Outcome(Optional<Result> result, int consumed, String otherwise) {}
}
