package io.socketmaster.protocol.wire;

import io.netty.buffer.ByteBuf;

/** How the length before a text is written, big-endian and unsigned. */
public enum LengthPrefix {
    /** Four bytes: the extension block and control messages. */
    UINT32(4) {
        @Override
        long read(ByteBuf in) {
            return in.readUnsignedInt();
        }

        @Override
        void write(ByteBuf out, int length) {
            out.writeInt(length);
        }
    },
    /** Eight bytes: every string of version 1. A value of 2^63 or more reads as a negative number. */
    UINT64(8) {
        @Override
        long read(ByteBuf in) {
            return in.readLong();
        }

        @Override
        void write(ByteBuf out, int length) {
            out.writeLong(length);
        }
    };

    private final int size;

    LengthPrefix(int size) {
        this.size = size;
    }

    /** Bytes of the prefix itself. */
    public int size() {
        return size;
    }

    abstract long read(ByteBuf in);

    abstract void write(ByteBuf out, int length);
}
