package io.socketmaster.protocol.control;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Any bytes at all on a control stream. The first byte says whose they are, and in which steps the rest arrives. */
class ControlMessageFuzzTest {
    // Fuzzing proper (JAZZER_FUZZ=1) lasts as long as maxDuration or JAZZER_MAX_DURATION says, not as long as a test
    // may.
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    @FuzzTest(maxDuration = "60s")
    void anyBytesAreMessagesOrRefused(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Side sender = (input[0] & 1) != 0 ? Side.SERVICE : Side.DAEMON;
        int step = 1 + (input[0] & 0xff) / 2;
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);

        Outcome whole = decode(sender, bytes, bytes.length + 1);
        Outcome inSteps = decode(sender, bytes, step);

        if (!whole.equals(inSteps)) {
            throw new AssertionError("at once: " + whole + ", in steps of " + step + ": " + inSteps);
        }
        whole.messages.forEach(message -> requireSameAfterEncoding(sender, message));
    }

    private static Outcome decode(Side sender, byte[] bytes, int step) {
        ControlMessageDecoder decoder = new ControlMessageDecoder(sender);
        ByteBuf in = Unpooled.wrappedBuffer(bytes).writerIndex(0);
        List<ControlMessage> messages = new ArrayList<>();
        try {
            while (in.writerIndex() < bytes.length) {
                in.writerIndex(Math.min(bytes.length, in.writerIndex() + step));
                Optional<ControlMessage> message = decoder.decode(in);
                while (message.isPresent()) {
                    messages.add(message.get());
                    message = decoder.decode(in);
                }
            }
            return new Outcome(messages, decoder.ignored(), in.readerIndex(), "");
        } catch (ProtocolException e) {
            return new Outcome(messages, decoder.ignored(), 0, e.toStatus());
        }
    }

    private static void requireSameAfterEncoding(Side sender, ControlMessage message) {
        ByteBuf out = ControlMessageEncoder.encode(message, UnpooledByteBufAllocator.DEFAULT);
        try {
            if (!new ControlMessageDecoder(sender).decode(out).equals(Optional.of(message))) {
                throw new AssertionError("does not survive the way: " + message);
            }
        } catch (ProtocolException e) {
            throw new AssertionError("was read and cannot be written: " + message, e);
        } finally {
            out.release();
        }
    }

    private record Outcome(List<ControlMessage> messages, long ignored, int consumed, String otherwise) {}
}
