package io.socketmaster.server.sniff;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** ClientHellos for tests: real ones by the JDK, and hand-made ones that no honest client sends. */
final class ClientHellos {
    private ClientHellos() {}

    /** The records that the JDK sends first. */
    static byte[] byJdk(String version, String serverName, String... alpn) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        List<SNIServerName> names = serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName));
        parameters.setServerNames(names);
        parameters.setApplicationProtocols(alpn);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        out.flip();
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        return bytes;
    }

    /** A handshake message of type ClientHello with this body. */
    static byte[] message(byte[] body) {
        ByteBuf out = Unpooled.buffer().writeByte(1).writeMedium(body.length).writeBytes(body);
        return ByteBufUtil.getBytes(out);
    }

    /** {@code message} in records of at most {@code fragment} bytes of payload. */
    static ByteBuf records(byte[] message, int fragment) {
        ByteBuf out = Unpooled.buffer();
        for (int at = 0; at < message.length; at += fragment) {
            int length = Math.min(fragment, message.length - at);
            out.writeByte(22).writeShort(0x0301).writeShort(length).writeBytes(message, at, length);
        }
        return out;
    }

    /** A complete, minimal ClientHello with these extensions. */
    static ByteBuf with(byte[]... extensions) {
        ByteBuf all = Unpooled.buffer();
        for (byte[] extension : extensions) {
            all.writeBytes(extension);
        }
        return records(message(body(all)), 1 << 14);
    }

    static byte[] body(ByteBuf extensions) {
        ByteBuf out = Unpooled.buffer().writeShort(0x0303).writeZero(32).writeByte(0);
        out.writeShort(2).writeShort(0x1301).writeByte(1).writeByte(0);
        return ByteBufUtil.getBytes(out.writeShort(extensions.readableBytes()).writeBytes(extensions));
    }

    static byte[] extension(int type, byte[] data) {
        return ByteBufUtil.getBytes(
                Unpooled.buffer().writeShort(type).writeShort(data.length).writeBytes(data));
    }

    /** A server name extension with these host names. */
    static byte[] sni(String... hosts) {
        ByteBuf list = Unpooled.buffer();
        for (String host : hosts) {
            byte[] bytes = host.getBytes(StandardCharsets.ISO_8859_1);
            list.writeByte(0).writeShort(bytes.length).writeBytes(bytes);
        }
        return extension(0, vector16(list));
    }

    static byte[] alpn(String... names) {
        ByteBuf list = Unpooled.buffer();
        for (String name : names) {
            byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
            list.writeByte(bytes.length).writeBytes(bytes);
        }
        return extension(16, vector16(list));
    }

    static byte[] vector16(ByteBuf content) {
        return ByteBufUtil.getBytes(
                Unpooled.buffer().writeShort(content.readableBytes()).writeBytes(content));
    }

    /** The payload of the records in {@code bytes}. */
    static byte[] payload(byte[] bytes) {
        List<byte[]> parts = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        ByteBuf out = Unpooled.buffer();
        while (in.isReadable()) {
            in.skipBytes(3);
            byte[] part = new byte[in.readUnsignedShort()];
            in.readBytes(part);
            parts.add(part);
        }
        parts.forEach(out::writeBytes);
        return ByteBufUtil.getBytes(out);
    }
}
