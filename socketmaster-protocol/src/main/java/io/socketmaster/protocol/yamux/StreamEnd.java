package io.socketmaster.protocol.yamux;

/** How a stream ended that did not end by FIN. */
public enum StreamEnd {
    /** The peer reset it. */
    RESET,
    /** The session was lost under it. */
    SESSION_LOST,
    /** Its SYN was never written: nobody can have seen it. */
    NEVER_SENT
}
