package io.socketmaster.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.socketmaster.protocol.ProtocolException;
import java.nio.ByteBuffer;

/** The mirror of {@link TextReader}: a length and UTF-8. */
public final class TextWriter {
    private TextWriter() {}

    /**
     * Appends {@code text} to {@code out}, which stays with the caller.
     *
     * @param field named in the error
     * @throws ProtocolException if {@code text} cannot be written as UTF-8; nothing was appended then
     */
    public static void write(ByteBuf out, LengthPrefix prefix, String text, String field) throws ProtocolException {
        ByteBuffer bytes = Utf8.encode(text, field);
        prefix.write(out, bytes.remaining());
        out.writeBytes(bytes);
    }
}
