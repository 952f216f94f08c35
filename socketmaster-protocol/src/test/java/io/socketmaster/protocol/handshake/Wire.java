package io.socketmaster.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Builds handshakes by hand, the wrong ones too. The buffers are plain heap memory that needs no release. */
final class Wire {
    private final ByteBuf bytes = Unpooled.buffer();

    static Wire request() {
        return new Wire();
    }

    /** A version 2 TCP request on port 8000 up to its extension. */
    static Wire version2() {
        return request().string("").number(8000).octet(0x80);
    }

    /** A version 2 TCP request on port 8000 with this extension. */
    static byte[] withExtension(String json) {
        return version2().extension(json).toBytes();
    }

    Wire string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return number(utf8.length).raw(utf8);
    }

    Wire number(long number) {
        bytes.writeLong(number);
        return this;
    }

    Wire uint32(long number) {
        bytes.writeInt((int) number);
        return this;
    }

    Wire octet(int octet) {
        bytes.writeByte(octet);
        return this;
    }

    Wire raw(byte[] octets) {
        bytes.writeBytes(octets);
        return this;
    }

    Wire extension(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        return octet(0x53).uint32(utf8.length).raw(utf8);
    }

    byte[] toBytes() {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.getBytes(bytes.readerIndex(), copy);
        return copy;
    }
}
