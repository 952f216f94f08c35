package io.socketmaster.protocol.handshake;

/** What a service sends first on a connection: that it registers, or that the connection is one more of its session. */
public sealed interface ControlRequest permits HandshakeRequest, LaneRequest {
    /** Whether its sender reads a version 2 reply. */
    boolean isVersion2();
}
