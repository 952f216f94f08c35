package io.socketmaster.protocol.yamux.netty;

/** The user event of a stream channel on which something came in for the first time: the service has it. */
public enum StreamEstablished {
    INSTANCE
}
