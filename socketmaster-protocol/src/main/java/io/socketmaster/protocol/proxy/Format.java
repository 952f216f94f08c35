package io.socketmaster.protocol.proxy;

/** The numbers of {@code proxy-protocol.txt}, section 2.2. */
final class Format {
    /** The first 12 bytes of every header, as three integers. */
    static final int SIGNATURE_1 = 0x0D0A0D0A;

    static final int SIGNATURE_2 = 0x000D0A51;
    static final int SIGNATURE_3 = 0x5549540A;

    /** Signature, version and command, family and transport, length of the rest. */
    static final int FIXED_BYTES = 16;

    static final int LENGTH_OFFSET = 14;

    static final int VERSION_2 = 0x20;
    static final int COMMAND_LOCAL = 0x0;
    static final int COMMAND_PROXY = 0x1;

    static final int FAMILY_UNSPEC = 0x0;
    static final int FAMILY_INET = 0x1;
    static final int FAMILY_INET6 = 0x2;
    static final int FAMILY_UNIX = 0x3;
    static final int TRANSPORT_STREAM = 0x1;
    static final int MAX_TRANSPORT = 0x2;

    static final int INET_BYTES = 4;
    static final int INET6_BYTES = 16;
    /** Two socket paths of 108 bytes. */
    static final int UNIX_ADDRESSES_BYTES = 216;

    static final int TLV_ALPN = 0x01;
    static final int TLV_AUTHORITY = 0x02;
    static final int TLV_SSL = 0x20;
    static final int TLV_SSL_VERSION = 0x21;
    static final int TLV_SSL_CIPHER = 0x23;

    /** The client connected over TLS. */
    static final int CLIENT_SSL = 0x01;

    /** Anything but zero: the client presented no certificate that was verified. */
    static final int NOT_VERIFIED = 1;

    private Format() {}
}
