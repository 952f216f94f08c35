package io.socketmaster.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.util.Optional;

/**
 * Reads one text after another, each a length and that many bytes of UTF-8, from a buffer that fills slowly.
 *
 * <p>The length is consumed and judged as soon as it is there; the text stays in the caller's buffer until its last byte
 * came. So a call costs the same however much is waiting, and a length alone allocates nothing. Confined to the caller's
 * thread.
 */
public final class TextReader {
    private static final long NO_LENGTH_YET = -1;

    private long length = NO_LENGTH_YET;

    /**
     * The next text, or empty if {@code in} does not hold all of it yet. What is left unread must be at the front of the
     * buffer of the next call, with the same {@code field}. Ownership of {@code in} stays with the caller.
     *
     * @param field named in errors
     * @param limit most bytes that the text may have
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if it is longer (judged by the length alone, unsigned) or
     *     is not UTF-8
     */
    public Optional<String> read(ByteBuf in, LengthPrefix prefix, String field, int limit) throws ProtocolException {
        if (length == NO_LENGTH_YET) {
            if (in.readableBytes() < prefix.size()) {
                return Optional.empty();
            }
            length = requireAtMost(limit, prefix.read(in), field);
        }
        if (in.readableBytes() < length) {
            return Optional.empty();
        }
        String text = Utf8.read(in, (int) length, field);
        length = NO_LENGTH_YET;
        return Optional.of(text);
    }

    private static long requireAtMost(int limit, long announced, String field) throws ProtocolException {
        if (Long.compareUnsigned(announced, limit) > 0) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    field + " is announced with " + Long.toUnsignedString(announced) + " bytes; at most " + limit
                            + " are allowed");
        }
        return announced;
    }
}
