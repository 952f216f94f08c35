package io.socketmaster.protocol.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.wire.LengthPrefix;
import io.socketmaster.protocol.wire.TextWriter;

/** {@link ControlMessage}s to bytes. Safe for any thread. */
public final class ControlMessageEncoder {
    private ControlMessageEncoder() {}

    /**
     * Length and JSON in one buffer, which the caller owns. That of an update may hold a private key: never log it.
     *
     * <p>The other side's decoder has read it before it is returned, so what it would refuse is refused here, where the
     * message was made, and not by the loss of the session. Only an {@link ControlMessage.Update} can be refused.
     *
     * @throws IllegalArgumentException if the message is too large or breaks a rule of the protocol; says which
     */
    public static ByteBuf encode(ControlMessage message, ByteBufAllocator allocator) {
        ByteBuf out = allocator.buffer();
        boolean done = false;
        try {
            TextWriter.write(out, LengthPrefix.UINT32, MessageJson.write(message), "control message");
            requireReadable(message, out);
            done = true;
            return out;
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } finally {
            if (!done) {
                out.release();
            }
        }
    }

    private static void requireReadable(ControlMessage message, ByteBuf written) throws ProtocolException {
        Side sender = message.type().isSentBy(Side.SERVICE) ? Side.SERVICE : Side.DAEMON;
        ByteBuf view = written.duplicate();
        if (new ControlMessageDecoder(sender).decode(view).isEmpty() || view.isReadable()) {
            throw new IllegalStateException("encoder and decoder of control messages disagree on " + message.type());
        }
    }
}
