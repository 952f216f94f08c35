package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Turns bytes into frames, however they were cut. A data frame is never collected: its header is announced first, then
 * its payload as it arrives. Confined to its session's thread.
 */
final class FrameReader {
    private final Handler handler;
    private final ByteBuf header = Unpooled.wrappedBuffer(new byte[Frame.HEADER_BYTES]);
    private long payloadLeft;
    private boolean stopped;

    FrameReader(Handler handler) {
        this.handler = handler;
        header.clear();
    }

    /** Reads no further frame: also when called from within {@link #read}, by what a frame led to. */
    void stop() {
        stopped = true;
    }

    /**
     * Reads {@code in} to its end, or until stopped; its ownership stays with the caller.
     *
     * @throws SessionFailure if the bytes are no frame, or the handler says so
     */
    void read(ByteBuf in) throws SessionFailure {
        while (!stopped && in.isReadable()) {
            if (payloadLeft > 0) {
                int length = (int) Math.min(payloadLeft, in.readableBytes());
                payloadLeft -= length;
                ByteBuf part = in.readSlice(length);
                handler.onPayload(part, payloadLeft == 0);
            } else if (header.readableBytes() == 0 && in.readableBytes() >= Frame.HEADER_BYTES) {
                readHeader(in);
            } else {
                in.readBytes(header, Math.min(header.writableBytes(), in.readableBytes()));
                if (!header.isWritable()) {
                    readHeader(header);
                    header.clear();
                }
            }
        }
    }

    private void readHeader(ByteBuf in) throws SessionFailure {
        int versionTypeFlags = in.readInt();
        int streamId = in.readInt();
        long length = in.readUnsignedInt();
        int version = versionTypeFlags >>> 24;
        if (version != Frame.VERSION) {
            throw SessionFailure.violation("frame version " + version + " instead of " + Frame.VERSION);
        }
        int type = versionTypeFlags >>> 16 & 0xff;
        int flags = versionTypeFlags & 0xffff;
        switch (type) {
            case Frame.TYPE_DATA -> {
                payloadLeft = length;
                handler.onData(streamId, flags, length);
            }
            case Frame.TYPE_WINDOW_UPDATE -> handler.onWindowUpdate(streamId, flags, length);
            case Frame.TYPE_PING -> handler.onPing(flags, (int) length);
            case Frame.TYPE_GO_AWAY -> handler.onGoAway(length);
            default -> throw SessionFailure.violation("unknown frame type " + type);
        }
    }

    /** One method per frame type. */
    interface Handler {
        /** A data frame begins; {@code length} bytes of payload follow in calls of {@link #onPayload}. */
        void onData(int streamId, int flags, long length) throws SessionFailure;

        /** A part of the payload, borrowed for the call; {@code last} closes the frame. Never called for length 0. */
        void onPayload(ByteBuf part, boolean last) throws SessionFailure;

        void onWindowUpdate(int streamId, int flags, long credit) throws SessionFailure;

        void onPing(int flags, int value) throws SessionFailure;

        void onGoAway(long code) throws SessionFailure;
    }
}
