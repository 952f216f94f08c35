package io.socketmaster.server.relay;

/**
 * The user event that a session fires on its streams when its last request has ended and it gets no more: a stream that is
 * kept open for further requests has no reason to be.
 */
public enum SessionDrained {
    INSTANCE
}
