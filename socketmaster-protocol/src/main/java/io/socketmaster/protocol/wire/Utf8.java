package io.socketmaster.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 without replacement characters: a host or path that was changed on the way in would route to the wrong place, so
 * what is malformed is refused in both directions.
 */
public final class Utf8 {
    private Utf8() {}

    /**
     * Reads {@code length} bytes of {@code in}, which must be there. Ownership of {@code in} stays with the caller.
     *
     * @param field named in the error; the text itself never is
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if they are not UTF-8
     */
    public static String read(ByteBuf in, int length, String field) throws ProtocolException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(in.nioBuffer(in.readerIndex(), length))
                    .toString();
            in.skipBytes(length);
            return text;
        } catch (CharacterCodingException e) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, field + " is not valid UTF-8", e);
        }
    }

    /**
     * The bytes of {@code text}.
     *
     * @param field named in the error; the text itself never is
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} if half of a surrogate pair is in it
     */
    public static ByteBuffer encode(String text, String field) throws ProtocolException {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST, field + " holds half of a surrogate pair: it cannot be written as UTF-8", e);
        }
    }
}
