package io.socketmaster.protocol.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A header as bytes. */
final class ProxyHeaderWriter {
    private ProxyHeaderWriter() {}

    static void write(ProxyHeader header, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(Format.SIGNATURE_1).writeInt(Format.SIGNATURE_2).writeInt(Format.SIGNATURE_3);
        if (header.endpoints().isEmpty()) {
            out.writeByte(Format.VERSION_2 | Format.COMMAND_LOCAL)
                    .writeByte(Format.FAMILY_UNSPEC)
                    .writeShort(0);
            return;
        }
        out.writeByte(Format.VERSION_2 | Format.COMMAND_PROXY);
        writeEndpoints(header.endpoints().get(), out);
        header.alpn().ifPresent(alpn -> writeText(Format.TLV_ALPN, alpn, out));
        header.authority().ifPresent(authority -> writeText(Format.TLV_AUTHORITY, authority, out));
        header.tls().ifPresent(tls -> writeTls(tls, out));
        setLength(out, start + Format.LENGTH_OFFSET);
    }

    /** Family, a gap for the length, and the addresses. A mixed pair becomes IPv6, the IPv4 address a mapped one. */
    private static void writeEndpoints(ProxyHeader.Endpoints endpoints, ByteBuf out) {
        InetSocketAddress source = endpoints.source();
        InetSocketAddress destination = endpoints.destination();
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        boolean inet = from.length == Format.INET_BYTES && to.length == Format.INET_BYTES;
        out.writeByte((inet ? Format.FAMILY_INET : Format.FAMILY_INET6) << 4 | Format.TRANSPORT_STREAM);
        out.writeShort(0);
        writeAddress(from, inet, out);
        writeAddress(to, inet, out);
        out.writeShort(source.getPort()).writeShort(destination.getPort());
    }

    /** {@link InetAddress#getByAddress} reads a mapped address as the IPv4 address that it is. */
    private static void writeAddress(byte[] address, boolean inet, ByteBuf out) {
        if (!inet && address.length == Format.INET_BYTES) {
            out.writeZero(10).writeShort(0xFFFF);
        }
        out.writeBytes(address);
    }

    private static void writeTls(ProxyHeader.Tls tls, ByteBuf out) {
        int length = beginTlv(Format.TLV_SSL, out);
        out.writeByte(Format.CLIENT_SSL).writeInt(Format.NOT_VERIFIED);
        writeText(Format.TLV_SSL_VERSION, tls.version(), out);
        writeText(Format.TLV_SSL_CIPHER, tls.cipher(), out);
        setLength(out, length);
    }

    private static void writeText(int type, String text, ByteBuf out) {
        int length = beginTlv(type, out);
        ByteBufUtil.writeUtf8(out, text);
        setLength(out, length);
    }

    /** Writes the type and a gap for the length, whose index it returns. */
    private static int beginTlv(int type, ByteBuf out) {
        out.writeByte(type);
        int length = out.writerIndex();
        out.writeShort(0);
        return length;
    }

    /** Fills the gap at {@code index} with the number of bytes behind it. */
    private static void setLength(ByteBuf out, int index) {
        out.setShort(index, out.writerIndex() - index - Short.BYTES);
    }
}
