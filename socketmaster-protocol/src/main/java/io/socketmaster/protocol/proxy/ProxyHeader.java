package io.socketmaster.protocol.proxy;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * What a PROXY protocol version 2 header says of a connection.
 *
 * @param endpoints between whom the connection runs; empty if the sender does not say (command {@code LOCAL}, family
 *     {@code UNSPEC} or a Unix socket)
 * @param authority the host that the client asked for: the SNI of its TLS connection; at most {@value #MAX_TEXT} bytes
 * @param alpn the application protocol that was agreed; at most {@value #MAX_TEXT} bytes
 * @param tls facts of the client's TLS connection, if it was ended before the header was written
 */
public record ProxyHeader(
        Optional<Endpoints> endpoints, Optional<String> authority, Optional<String> alpn, Optional<Tls> tls) {
    /** Bytes of a whole header that are accepted; what we write has less than half of it. */
    public static final int MAX_BYTES = 4 * 1024;

    /** Bytes of one text in a header. Server names and ALPN names can be no longer. */
    public static final int MAX_TEXT = 255;

    public ProxyHeader {
        Objects.requireNonNull(endpoints, "endpoints");
        Objects.requireNonNull(tls, "tls");
        requireShort(authority, "authority");
        requireShort(alpn, "alpn");
    }

    /** A connection without further facts. */
    public static ProxyHeader of(InetSocketAddress source, InetSocketAddress destination) {
        return new ProxyHeader(
                Optional.of(new Endpoints(source, destination)), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Says nothing of the connection: the sender speaks for itself. */
    public static ProxyHeader local() {
        return new ProxyHeader(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The same with the host that the client asked for. */
    public ProxyHeader withAuthority(String newAuthority) {
        return new ProxyHeader(endpoints, Optional.of(newAuthority), alpn, tls);
    }

    /** The same with the application protocol that was agreed. */
    public ProxyHeader withAlpn(String newAlpn) {
        return new ProxyHeader(endpoints, authority, Optional.of(newAlpn), tls);
    }

    /** The same with facts of the client's TLS connection. */
    public ProxyHeader withTls(String version, String cipher) {
        return new ProxyHeader(endpoints, authority, alpn, Optional.of(new Tls(version, cipher)));
    }

    /**
     * Appends the header to {@code out}, which stays the caller's. Without endpoints it is a {@code LOCAL} header and
     * carries nothing else, as receivers ignore what does.
     */
    public void write(ByteBuf out) {
        ProxyHeaderWriter.write(this, out);
    }

    /**
     * Appends the header's addresses to {@code out}, which stays the caller's, as the line of version 1 (section 2.1). What
     * that cannot say is left out; without endpoints it is {@code PROXY UNKNOWN}.
     */
    public void writeVersion1(ByteBuf out) {
        ProxyLineWriter.write(this, out);
    }

    /**
     * Reads a header off {@code in}, which holds all that came in so far and stays the caller's. Facts that we do not know
     * are passed over.
     *
     * @return the header, having read it and nothing more; empty, having read nothing, if it is not complete
     * @throws IllegalArgumentException if what came in is not, and cannot become, a header of at most {@link #MAX_BYTES}
     */
    public static Optional<ProxyHeader> read(ByteBuf in) {
        return ProxyHeaderReader.read(in);
    }

    private static void requireShort(Optional<String> text, String name) {
        Objects.requireNonNull(text, name);
        text.ifPresent(value -> requireShort(value, name));
    }

    private static void requireShort(String text, String name) {
        Objects.requireNonNull(text, name);
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_TEXT) {
            throw new IllegalArgumentException(name + " has " + length + " bytes, and may have " + MAX_TEXT);
        }
    }

    /**
     * Both ends of a connection, with resolved addresses of whichever family.
     *
     * @param source the client
     * @param destination the address that the client connected to
     */
    public record Endpoints(InetSocketAddress source, InetSocketAddress destination) {
        public Endpoints {
            requireResolved(source, "source");
            requireResolved(destination, "destination");
        }

        private static void requireResolved(InetSocketAddress address, String name) {
            Objects.requireNonNull(address, name);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException(name + " " + address + " has no IP address");
            }
        }
    }

    /**
     * What was agreed with the client in TLS.
     *
     * @param version such as {@code TLSv1.3}; may be empty
     * @param cipher the cipher suite's name; may be empty
     */
    public record Tls(String version, String cipher) {
        public Tls {
            requireShort(version, "version");
            requireShort(cipher, "cipher");
        }
    }
}
