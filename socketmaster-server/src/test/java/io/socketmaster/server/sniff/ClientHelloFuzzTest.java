package io.socketmaster.server.sniff;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketmaster.server.sniff.ClientHello.Found;
import io.socketmaster.server.sniff.ClientHello.NeedMore;
import io.socketmaster.server.sniff.ClientHello.Result;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

class ClientHelloFuzzTest {
    /** Bytes as they come: never an exception, never consumed, and an answer in time. */
    // Fuzzing is bounded by maxDuration; the time limit of ordinary tests would call its end a failure.
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    @FuzzTest(maxDuration = "60s")
    void anyBytesGetAnAnswer(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        Result result = ClientHello.parse(in);
        if (in.readerIndex() != 0) {
            throw new AssertionError("consumed");
        }
        if (result instanceof NeedMore && bytes.length >= ClientHello.MAX_BYTES) {
            throw new AssertionError("no answer after " + bytes.length + " bytes");
        }
        if (result instanceof Found) {
            for (int length = 0; length < bytes.length; length++) {
                Result before = ClientHello.parse(Unpooled.wrappedBuffer(bytes, 0, length));
                if (!(before instanceof NeedMore) && !before.equals(result)) {
                    throw new AssertionError("byte " + length + " said " + before);
                }
            }
        }
        readAsBody(bytes);
    }

    /** The same bytes as the body of a message with right lengths around it, which random bytes seldom have. */
    private static void readAsBody(byte[] body) {
        if (body.length > ClientHello.MAX_LENGTH - 4) {
            return;
        }
        if (ClientHello.parse(ClientHellos.records(ClientHellos.message(body), 1 << 14)) instanceof NeedMore) {
            throw new AssertionError("a complete message needs more");
        }
    }
}
