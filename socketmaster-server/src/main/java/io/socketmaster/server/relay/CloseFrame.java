package io.socketmaster.server.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.concurrent.ThreadLocalRandom;

/** The one WebSocket frame that is ours (RFC 6455 section 5.5.1). */
final class CloseFrame {
    /** "Service restart" in IANA's registry of Close codes: the client may come back, after a moment of its own choice. */
    static final int SERVICE_RESTART = 1012;

    private static final int FINAL_CLOSE = 0x88;
    private static final int MASKED = 0x80;

    private CloseFrame() {}

    /**
     * A whole Close frame, which the caller owns.
     *
     * @param masked as everything is that goes to a server (RFC 6455 section 5.3)
     */
    static ByteBuf serviceRestart(ByteBufAllocator alloc, boolean masked) {
        ByteBuf frame = alloc.buffer(8).writeByte(FINAL_CLOSE);
        if (masked) {
            int mask = ThreadLocalRandom.current().nextInt();
            frame.writeByte(MASKED | Short.BYTES).writeInt(mask).writeShort(SERVICE_RESTART ^ (mask >>> 16));
        } else {
            frame.writeByte(Short.BYTES).writeShort(SERVICE_RESTART);
        }
        return frame;
    }
}
