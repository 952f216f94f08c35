package io.socketmaster.protocol.proxy;

import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Bytes as a header. One reader serves one call, and only once the whole header is there. */
final class ProxyHeaderReader {
    private Optional<ProxyHeader.Endpoints> endpoints = Optional.empty();
    private Optional<String> authority = Optional.empty();
    private Optional<String> alpn = Optional.empty();
    private Optional<ProxyHeader.Tls> tls = Optional.empty();

    private ProxyHeaderReader() {}

    static Optional<ProxyHeader> read(ByteBuf in) {
        requireSignature(in);
        if (in.readableBytes() < Format.FIXED_BYTES) {
            return Optional.empty();
        }
        int start = in.readerIndex();
        int command = command(in.getUnsignedByte(start + 12));
        int family = family(in.getUnsignedByte(start + 13));
        int length = in.getUnsignedShort(start + Format.LENGTH_OFFSET);
        if (length > ProxyHeader.MAX_BYTES - Format.FIXED_BYTES) {
            throw new IllegalArgumentException("a PROXY header of " + (length + Format.FIXED_BYTES)
                    + " bytes, where at most " + ProxyHeader.MAX_BYTES + " are taken");
        }
        if (in.readableBytes() < Format.FIXED_BYTES + length) {
            return Optional.empty();
        }
        ByteBuf rest = in.slice(start + Format.FIXED_BYTES, length);
        ProxyHeader header = new ProxyHeaderReader().readRest(command, family, rest);
        in.skipBytes(Format.FIXED_BYTES + length);
        return Optional.of(header);
    }

    /** Looks at as much of the signature as is there, so that a wrong beginning is noticed at once. */
    private static void requireSignature(ByteBuf in) {
        int available = Math.min(in.readableBytes(), 3 * Integer.BYTES);
        for (int i = 0; i < available; i++) {
            int word = i < 4 ? Format.SIGNATURE_1 : i < 8 ? Format.SIGNATURE_2 : Format.SIGNATURE_3;
            int expected = word >>> (24 - 8 * (i & 3)) & 0xFF;
            if (in.getUnsignedByte(in.readerIndex() + i) != expected) {
                throw new IllegalArgumentException("no PROXY header: byte " + i + " differs from its signature");
            }
        }
    }

    private static int command(int versionAndCommand) {
        int command = versionAndCommand & 0x0F;
        if ((versionAndCommand & 0xF0) != Format.VERSION_2 || command > Format.COMMAND_PROXY) {
            throw new IllegalArgumentException(
                    "unknown PROXY version and command 0x" + Integer.toHexString(versionAndCommand));
        }
        return command;
    }

    private static int family(int familyAndTransport) {
        int family = familyAndTransport >>> 4;
        if (family > Format.FAMILY_UNIX || (familyAndTransport & 0x0F) > Format.MAX_TRANSPORT) {
            throw new IllegalArgumentException(
                    "unknown PROXY family and transport 0x" + Integer.toHexString(familyAndTransport));
        }
        return family;
    }

    /** {@code LOCAL} and {@code UNSPEC} headers may hold anything, which is to be ignored. */
    private ProxyHeader readRest(int command, int family, ByteBuf in) {
        if (command == Format.COMMAND_PROXY && family != Format.FAMILY_UNSPEC) {
            readEndpoints(family, in);
            while (in.isReadable()) {
                readTlv(in);
            }
        }
        return new ProxyHeader(endpoints, authority, alpn, tls);
    }

    private void readEndpoints(int family, ByteBuf in) {
        if (family == Format.FAMILY_UNIX) {
            require(in, Format.UNIX_ADDRESSES_BYTES);
            in.skipBytes(Format.UNIX_ADDRESSES_BYTES);
            return;
        }
        int bytes = family == Format.FAMILY_INET ? Format.INET_BYTES : Format.INET6_BYTES;
        require(in, 2 * bytes + 2 * Short.BYTES);
        InetAddress source = readAddress(in, bytes);
        InetAddress destination = readAddress(in, bytes);
        endpoints = Optional.of(new ProxyHeader.Endpoints(
                new InetSocketAddress(source, in.readUnsignedShort()),
                new InetSocketAddress(destination, in.readUnsignedShort())));
    }

    private static InetAddress readAddress(ByteBuf in, int bytes) {
        byte[] address = new byte[bytes];
        in.readBytes(address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are an address", e);
        }
    }

    private void readTlv(ByteBuf in) {
        int type = in.readUnsignedByte();
        ByteBuf value = readValue(in);
        switch (type) {
            case Format.TLV_ALPN -> alpn = Optional.of(text(value));
            case Format.TLV_AUTHORITY -> authority = Optional.of(text(value));
            case Format.TLV_SSL -> tls = readTls(value);
            default -> {
                // Checksums, padding, unique ids, names of network namespaces: nothing that a service asks for.
            }
        }
    }

    private static Optional<ProxyHeader.Tls> readTls(ByteBuf in) {
        require(in, 1 + Integer.BYTES);
        boolean overTls = (in.readUnsignedByte() & Format.CLIENT_SSL) != 0;
        in.skipBytes(Integer.BYTES);
        String version = "";
        String cipher = "";
        while (in.isReadable()) {
            int type = in.readUnsignedByte();
            ByteBuf value = readValue(in);
            if (type == Format.TLV_SSL_VERSION) {
                version = text(value);
            } else if (type == Format.TLV_SSL_CIPHER) {
                cipher = text(value);
            }
        }
        return overTls ? Optional.of(new ProxyHeader.Tls(version, cipher)) : Optional.empty();
    }

    private static ByteBuf readValue(ByteBuf in) {
        require(in, Short.BYTES);
        int length = in.readUnsignedShort();
        require(in, length);
        return in.readSlice(length);
    }

    private static String text(ByteBuf value) {
        return value.toString(StandardCharsets.UTF_8);
    }

    private static void require(ByteBuf in, int bytes) {
        if (in.readableBytes() < bytes) {
            throw new IllegalArgumentException(
                    "a PROXY header ends where " + bytes + " more bytes were announced or needed");
        }
    }
}
