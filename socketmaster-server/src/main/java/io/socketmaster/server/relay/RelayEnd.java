package io.socketmaster.server.relay;

/**
 * How a relay ended.
 *
 * @param how the kind of end
 * @param reason one sentence for a log line
 * @param bytesToService bytes passed from the client to the service
 * @param bytesToClient bytes passed from the service to the client
 */
public record RelayEnd(How how, String reason, long bytesToService, long bytesToClient) {
    /** The kinds of end. Only {@link #CLEAN} left both peers with an end of file. */
    public enum How {
        /** Both ended their output; each end was passed on. */
        CLEAN,
        /** The client was lost or reset its connection; the service's stream was reset. */
        CLIENT_LOST,
        /** The service or its session was lost, or reset the stream; the client's connection was reset. */
        SERVICE_LOST,
        /** The daemon ended it ({@link Relay#reset}); both were reset. */
        STOPPED
    }
}
