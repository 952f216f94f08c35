package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;

/**
 * Follows a chunked body through the raw bytes that the decoder has taken, to know where its trailer section begins (RFC 9112
 * section 7.1). Judges nothing: what the decoder takes, it has checked. Skips data without looking at it. No I/O, no clock; not
 * thread-safe.
 */
final class ChunkFollower {
    private static final int LINE_END_BYTES = 2;

    private enum State {
        /** Not in a chunked body. */
        OUTSIDE,
        SIZE,
        /** Behind a size, up to the end of its line. */
        EXTENSION,
        /** Data and the line end behind it. */
        DATA,
        TRAILERS
    }

    private State state = State.OUTSIDE;
    private long size;

    /** A chunked body begins with the next byte. */
    void begin() {
        state = State.SIZE;
        size = 0;
    }

    /** The message has ended. */
    void end() {
        state = State.OUTSIDE;
    }

    /** Whether the next byte is the first of the trailer section, which at least is an empty line. */
    boolean isAtTrailers() {
        return state == State.TRAILERS;
    }

    /** The decoder took the bytes of {@code in} from index {@code from} to {@code to}, exclusive. */
    void follow(ByteBuf in, int from, int to) {
        int index = from;
        while (index < to) {
            switch (state) {
                case SIZE -> size(in.getByte(index++));
                case EXTENSION -> {
                    int lineFeed = in.indexOf(index, to, (byte) '\n');
                    index = lineFeed < 0 ? to : lineFeed + 1;
                    if (lineFeed >= 0) {
                        endSizeLine();
                    }
                }
                case DATA -> {
                    long taken = Math.min(size, to - index);
                    index += (int) taken;
                    size -= taken;
                    if (size == 0) {
                        state = State.SIZE;
                    }
                }
                case OUTSIDE, TRAILERS -> index = to;
            }
        }
    }

    private void size(byte b) {
        int digit = Character.digit(b, 16);
        if (digit >= 0) {
            size = size * 16 + digit;
        } else if (b == '\n') {
            endSizeLine();
        } else {
            state = State.EXTENSION;
        }
    }

    private void endSizeLine() {
        if (size == 0) {
            state = State.TRAILERS;
        } else {
            state = State.DATA;
            size += LINE_END_BYTES;
        }
    }
}
