package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;

/** Bytes on the wire, for tests: written by hand, so that a fault in {@link Frame} is not repeated here. */
final class Wire {
    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;

    private Wire() {}

    /** Hexadecimal digits with spaces where they please. */
    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    static byte[] frame(int type, int flags, int id, long length) {
        return hex("00 %02x %04x %08x %08x".formatted(type, flags, id, length));
    }

    static byte[] data(int flags, int id, byte... payload) {
        return join(frame(0, flags, id, payload.length), payload);
    }

    static byte[] zeros(int flags, int id, int length) {
        return join(frame(0, flags, id, length), new byte[length]);
    }

    static byte[] update(int flags, int id, long credit) {
        return frame(1, flags, id, credit);
    }

    static byte[] ping(int flags, int value) {
        return frame(2, flags, 0, Integer.toUnsignedLong(value));
    }

    static byte[] goAway(int code) {
        return frame(3, 0, 0, Integer.toUnsignedLong(code));
    }

    static byte[] join(byte[]... parts) {
        ByteBuf all = Unpooled.wrappedBuffer(parts);
        byte[] bytes = new byte[all.readableBytes()];
        all.readBytes(bytes);
        return bytes;
    }

    static byte[] repeat(byte[] part, int times) {
        byte[][] parts = new byte[times][];
        java.util.Arrays.fill(parts, part);
        return join(parts);
    }
}
