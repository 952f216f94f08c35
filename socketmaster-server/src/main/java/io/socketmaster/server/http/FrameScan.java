package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Follows the frames of an HTTP/2 connection through the raw bytes that a client sends, by their headers alone (RFC 9113 section
 * 4.1), ahead of the decoder: for what no decoder tells, such as frames of unknown types and heads that do not end. Any
 * input is fine: what is no frame is refused by the decoder. Pure; each byte is looked at once.
 */
final class FrameScan {
    /** Gets each frame's header. */
    @FunctionalInterface
    interface Frames {
        /**
         * @param length of the frame's payload, in bytes
         * @return whether the connection may go on
         */
        boolean onFrame(int type, int flags, int length);
    }

    private static final int LENGTH_BYTES = 3;
    private static final int TYPE_AT = 3;
    private static final int FLAGS_AT = 4;

    private int prefaceLeft = Http2CodecUtil.connectionPrefaceBuf().readableBytes();
    private int headerSeen;
    private int length;
    private int type = Http2FrameTypes.SETTINGS;
    private int flags;
    private int payloadLeft;
    /** No frame has ended yet: the client still owes its preface and settings. */
    private boolean beginning = true;

    private boolean headOpen;

    /**
     * Takes note of {@code in}, which stays as it is.
     *
     * @return false as soon as {@code frames} says so; this must not be used any more then
     */
    boolean pass(ByteBuf in, Frames frames) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        int preface = Math.min(prefaceLeft, end - at);
        prefaceLeft -= preface;
        at += preface;
        while (at < end) {
            if (payloadLeft > 0) {
                int part = Math.min(payloadLeft, end - at);
                payloadLeft -= part;
                at += part;
            } else {
                takeHeaderByte(in.getUnsignedByte(at));
                at++;
                if (headerSeen == 0 && !frames.onFrame(type, flags, length)) {
                    return false;
                }
            }
            if (headerSeen == 0 && payloadLeft == 0) {
                endFrame();
            }
        }
        return true;
    }

    private void takeHeaderByte(int value) {
        if (headerSeen == 0) {
            length = 0;
        }
        if (headerSeen < LENGTH_BYTES) {
            length = length << Byte.SIZE | value;
        } else if (headerSeen == TYPE_AT) {
            type = value;
        } else if (headerSeen == FLAGS_AT) {
            flags = value;
        }
        headerSeen++;
        if (headerSeen == Http2CodecUtil.FRAME_HEADER_LENGTH) {
            headerSeen = 0;
            payloadLeft = length;
        }
    }

    private void endFrame() {
        beginning = false;
        if (isOfHead()) {
            headOpen = (flags & Http2Flags.END_HEADERS) == 0;
        }
    }

    private boolean isOfHead() {
        return type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION;
    }

    /** Whether the client owes the rest of a head, or of the connection's beginning. */
    boolean isWithinHead() {
        return beginning || headOpen || (payloadLeft > 0 && isOfHead());
    }
}
