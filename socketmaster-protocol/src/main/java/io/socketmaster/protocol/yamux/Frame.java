package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;

/**
 * The frame header of the yamux specification ("Framing"): twelve bytes, big-endian: version, type, flags, stream id,
 * length. Frames are written by intention, so that an illegal one cannot be built: no frame that we send carries two
 * flags, because one peer compares flags for equality.
 */
final class Frame {
    static final int HEADER_BYTES = 12;
    static final int VERSION = 0;

    static final int TYPE_DATA = 0;
    static final int TYPE_WINDOW_UPDATE = 1;
    static final int TYPE_PING = 2;
    static final int TYPE_GO_AWAY = 3;

    static final int FLAG_SYN = 1;
    static final int FLAG_ACK = 2;
    static final int FLAG_FIN = 4;
    static final int FLAG_RST = 8;

    private static final int NO_FLAGS = 0;
    private static final int SESSION = 0;

    private Frame() {}

    /** The header of a data frame; {@code length} bytes of payload follow. */
    static void writeDataHeader(ByteBuf out, int streamId, int length) {
        write(out, TYPE_DATA, NO_FLAGS, streamId, length);
    }

    /** Opens a stream with the default window. */
    static void writeOpen(ByteBuf out, int streamId) {
        write(out, TYPE_WINDOW_UPDATE, FLAG_SYN, streamId, 0);
    }

    /** Acknowledges a stream that the peer opened. */
    static void writeAcknowledge(ByteBuf out, int streamId) {
        write(out, TYPE_WINDOW_UPDATE, FLAG_ACK, streamId, 0);
    }

    /** Lets the peer send {@code credit} more bytes. */
    static void writeCredit(ByteBuf out, int streamId, int credit) {
        write(out, TYPE_WINDOW_UPDATE, NO_FLAGS, streamId, credit);
    }

    /** Ends our direction of a stream. */
    static void writeFinish(ByteBuf out, int streamId) {
        write(out, TYPE_WINDOW_UPDATE, FLAG_FIN, streamId, 0);
    }

    /** Ends both directions of a stream. */
    static void writeReset(ByteBuf out, int streamId) {
        write(out, TYPE_WINDOW_UPDATE, FLAG_RST, streamId, 0);
    }

    static void writePing(ByteBuf out, int value) {
        write(out, TYPE_PING, FLAG_SYN, SESSION, value);
    }

    static void writePong(ByteBuf out, int value) {
        write(out, TYPE_PING, FLAG_ACK, SESSION, value);
    }

    static void writeGoAway(ByteBuf out, GoAwayCode code) {
        write(out, TYPE_GO_AWAY, NO_FLAGS, SESSION, code.wireCode());
    }

    private static void write(ByteBuf out, int type, int flags, int streamId, int length) {
        out.writeInt(VERSION << 24 | type << 16 | flags);
        out.writeInt(streamId);
        out.writeInt(length);
    }
}
