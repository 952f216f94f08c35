package io.socketmaster.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.wire.LengthPrefix;
import io.socketmaster.protocol.wire.TextWriter;

/** A {@link HandshakeReply} to bytes: the daemon's side. Safe for any thread. */
public final class ReplyEncoder {
    private ReplyEncoder() {}

    /**
     * The whole reply in one buffer, which the caller owns and must write with one flush and no yamux byte before it:
     * existing Go clients read the length with a single {@code read} and fail when it comes in pieces.
     */
    public static ByteBuf encode(HandshakeReply reply, ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer();
        boolean done = false;
        try {
            TextWriter.write(out, LengthPrefix.UINT64, reply.status(), "status");
            if (reply.details().isPresent()) {
                String json = DetailsJson.write(reply.details().get());
                TextWriter.write(out, LengthPrefix.UINT64, json, "details");
            }
            done = true;
            return out;
        } catch (ProtocolException e) {
            throw new IllegalStateException("a reply's records let no text pass that cannot be written", e);
        } finally {
            if (!done) {
                out.release();
            }
        }
    }
}
