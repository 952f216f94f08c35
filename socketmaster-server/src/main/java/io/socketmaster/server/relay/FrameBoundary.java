package io.socketmaster.server.relay;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of one direction of a WebSocket connection (RFC 6455 section 5.2), headers only, to know where a frame
 * of our own may be put in. Control frames may stand between the fragments of a message, so the end of any frame is such a
 * place. Pure; any input is fine.
 */
final class FrameBoundary {
    private static final int CLOSE = 0x8;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int SHORTEST_HEADER = 2;
    private static final int MASK_BYTES = 4;

    private int headerSeen;
    private int headerLength = SHORTEST_HEADER;
    private int lengthBytes;
    private boolean closing;
    /** The frame's length as far as the header has told it. */
    private long length;

    private long payloadLeft;
    /** What comes is no WebSocket: where it ends is not known any more. */
    private boolean lost;

    private boolean closed;

    /**
     * Takes note of {@code data}, which stays as it is.
     *
     * @return how many of its bytes belong to frames up to the first one that ends in it; -1 if none does
     */
    int pass(ByteBuf data) {
        int firstEnd = -1;
        int start = data.readerIndex();
        int at = start;
        while (at < data.writerIndex() && !lost && !closed) {
            boolean ended;
            if (payloadLeft > 0) {
                int part = (int) Math.min(payloadLeft, data.writerIndex() - at);
                payloadLeft -= part;
                at += part;
                ended = payloadLeft == 0;
            } else {
                ended = takeHeaderByte(data.getUnsignedByte(at)) && payloadLeft == 0;
                at++;
            }
            if (ended) {
                closed = closing;
                firstEnd = firstEnd < 0 ? at - start : firstEnd;
            }
        }
        return firstEnd;
    }

    /** Whether that was the header's last byte. */
    private boolean takeHeaderByte(int value) {
        if (headerSeen == 0) {
            closing = (value & 0x0f) == CLOSE;
        } else if (headerSeen == 1) {
            takeLengthCode(value);
        } else if (headerSeen < SHORTEST_HEADER + lengthBytes) {
            length = length << 8 | value;
        }
        headerSeen++;
        if (headerSeen < headerLength) {
            return false;
        }
        headerSeen = 0;
        headerLength = SHORTEST_HEADER;
        lengthBytes = 0;
        payloadLeft = length;
        lost = length < 0;
        return true;
    }

    private void takeLengthCode(int value) {
        int code = value & ~MASKED;
        if (code == LENGTH_16) {
            lengthBytes = Short.BYTES;
        } else if (code == LENGTH_64) {
            lengthBytes = Long.BYTES;
        }
        length = lengthBytes == 0 ? code : 0;
        headerLength = SHORTEST_HEADER + lengthBytes + ((value & MASKED) != 0 ? MASK_BYTES : 0);
    }

    /** Whether a frame may be put in here. */
    boolean isAtBoundary() {
        return headerSeen == 0 && payloadLeft == 0 && !lost && !closed;
    }

    /** Whether a Close frame has passed, behind which no frame may follow. */
    boolean isClosed() {
        return closed;
    }
}
