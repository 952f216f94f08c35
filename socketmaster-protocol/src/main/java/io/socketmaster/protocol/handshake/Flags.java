package io.socketmaster.protocol.handshake;

/** The flags byte of a request: which parts follow it. */
final class Flags {
    static final int NONE = 0;
    /** Domain suffix and path prefix follow. */
    static final int HTTP = 1;
    /** Certificate and key follow. */
    static final int TLS = 1 << 1;
    /** The extension block of version 2 follows. */
    static final int EXTENSION = 1 << 7;

    static final int KNOWN = HTTP | TLS | EXTENSION;

    /** First byte of the extension block; not a yamux version, so that a version 1 daemon drops the session. */
    static final int EXTENSION_MARK = 0x53;

    private Flags() {}
}
