package io.socketmaster.protocol.handshake;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Any bytes at all as a request. The first byte says in which steps the rest arrives. */
class HandshakeDecoderFuzzTest {
    // Fuzzing proper (JAZZER_FUZZ=1) lasts as long as maxDuration or JAZZER_MAX_DURATION says, not as long as a test
    // may.
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreARequestOrRefusedOrTooFew(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int step = 1 + (input[0] & 0xff);
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);

        Outcome whole = decode(bytes, bytes.length + 1);
        Outcome inSteps = decode(bytes, step);

        if (!whole.equals(inSteps)) {
            throw new AssertionError("at once: " + whole + ", in steps of " + step + ": " + inSteps);
        }
        whole.request.ifPresent(request -> requireSameAfterEncoding(request, Arrays.copyOf(bytes, whole.consumed)));
    }

    private static Outcome decode(byte[] bytes, int step) {
        HandshakeDecoder decoder = new HandshakeDecoder();
        ByteBuf in = Unpooled.wrappedBuffer(bytes).writerIndex(0);
        try {
            while (true) {
                in.writerIndex(Math.min(bytes.length, in.writerIndex() + step));
                Optional<ControlRequest> request = decoder.decode(in);
                if (request.isPresent()) {
                    return new Outcome(request, in.readerIndex(), "");
                }
                if (in.writerIndex() == bytes.length) {
                    return new Outcome(request, 0, "more");
                }
            }
        } catch (ProtocolException e) {
            return new Outcome(Optional.empty(), 0, e.toStatus());
        }
    }

    private static void requireSameAfterEncoding(ControlRequest request, byte[] consumed) {
        try {
            ByteBuf out = HandshakeEncoder.encode(request, UnpooledByteBufAllocator.DEFAULT);
            try {
                if (!request.isVersion2() && !Arrays.equals(ByteBufUtil.getBytes(out), consumed)) {
                    throw new AssertionError("version 1 has one form only, and this is not the one that came");
                }
                if (!new HandshakeDecoder().decode(out).orElseThrow().equals(request)) {
                    throw new AssertionError("does not survive the way: " + request);
                }
            } finally {
                out.release();
            }
        } catch (ProtocolException e) {
            throw new AssertionError("was read and cannot be written: " + request, e);
        }
    }

    private record Outcome(Optional<ControlRequest> request, int consumed, String otherwise) {}
}
