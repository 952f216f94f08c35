package io.socketmaster.server.sniff;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

class ProtocolSnifferFuzzTest {
    /** An answer that was given stays true when more arrives, and there is one in time. */
    // Fuzzing is bounded by maxDuration; the time limit of ordinary tests would call its end a failure.
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    @FuzzTest(maxDuration = "60s")
    void anAnswerStandsWhateverFollows(byte[] bytes) {
        FirstBytes answer = FirstBytes.NEED_MORE;
        for (int length = 0; length <= bytes.length; length++) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, length);
            FirstBytes now = ProtocolSniffer.sniff(in);
            if (answer != FirstBytes.NEED_MORE && now != answer) {
                throw new AssertionError(answer + " became " + now + " at byte " + length);
            }
            if (length >= ProtocolSniffer.MAX_BYTES && now == FirstBytes.NEED_MORE) {
                throw new AssertionError("no answer after " + length + " bytes");
            }
            if (in.readerIndex() != 0) {
                throw new AssertionError("consumed");
            }
            if (length > ProtocolSniffer.MAX_BYTES) {
                return;
            }
            answer = now;
        }
    }
}
