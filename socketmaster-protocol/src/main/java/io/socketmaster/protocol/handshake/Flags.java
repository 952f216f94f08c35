package io.socketmaster.protocol.handshake;

/** The flags byte of a request: which parts follow it. */
final class Flags {
    static final int NONE = 0;
    /** Domain suffix and path prefix follow. */
    static final int HTTP = 1;
    /** Certificate and key follow. */
    static final int TLS = 1 << 1;
    /**
     * The connection is a lane of a session, and the extension block says which; no other part is given. A daemon that does not
     * know it refuses the request.
     */
    static final int LANE = 1 << 6;
    /** The extension block of version 2 follows. */
    static final int EXTENSION = 1 << 7;

    static final int KNOWN = HTTP | TLS | LANE | EXTENSION;

    /** First byte of the extension block; not a yamux version, so that a version 1 daemon drops the session. */
    static final int EXTENSION_MARK = 0x53;

    private Flags() {}
}
