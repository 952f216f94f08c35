package io.socketmaster.benchmarks;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Finds the end of an HTTP/1.1 head and the two fields that a measuring program needs. It believes its peer, which is a
 * program of this package behind a proxy; it is no parser for strangers. Confined to its channel's event loop.
 */
public final class HttpHead {
    /** No head of these programs, with what a proxy adds, is longer. */
    private static final int MAX_BYTES = 16 * 1024;

    private static final byte[] CONNECTION_CLOSE = "connection: close\r".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);

    private boolean close;
    private int contentLength;

    /**
     * Consumes one head, or nothing if it is not there to its end.
     *
     * @return whether there was one
     * @throws IllegalArgumentException if it is longer than any of ours
     */
    public boolean read(ByteBuf in) {
        close = false;
        contentLength = 0;
        int end = in.writerIndex();
        for (int line = in.readerIndex(); ; ) {
            int newline = in.indexOf(line, end, (byte) '\n');
            if (newline < 0) {
                if (in.readableBytes() > MAX_BYTES) {
                    throw new IllegalArgumentException("a head of more than " + MAX_BYTES + " bytes");
                }
                return false;
            }
            if (newline - line <= 1) {
                in.readerIndex(newline + 1);
                return true;
            }
            readField(in, line, newline);
            line = newline + 1;
        }
    }

    private void readField(ByteBuf in, int line, int newline) {
        int first = in.getByte(line) | 0x20;
        if (first != 'c') {
            return;
        }
        if (startsWith(in, line, newline, CONNECTION_CLOSE)) {
            close = true;
        } else if (startsWith(in, line, newline, CONTENT_LENGTH)) {
            for (int i = line + CONTENT_LENGTH.length; in.getByte(i) != '\r'; i++) {
                contentLength = contentLength * 10 + in.getByte(i) - '0';
            }
        }
    }

    /** Without regard to the case of letters; {@code lower} has none but lower-case letters. */
    private static boolean startsWith(ByteBuf in, int from, int to, byte[] lower) {
        if (to - from < lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            int b = in.getByte(from + i);
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the last head read said that the connection ends behind the message. */
    public boolean isClose() {
        return close;
    }

    /** The {@code Content-Length} of the last head read; 0 without one. */
    public int contentLength() {
        return contentLength;
    }
}
