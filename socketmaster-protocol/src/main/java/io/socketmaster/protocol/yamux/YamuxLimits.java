package io.socketmaster.protocol.yamux;

/**
 * How much a peer may ask of a session.
 *
 * @param unestablished streams that we opened and on which nothing came in yet; hashicorp's acceptors hold 256 and reset
 *     the next one
 * @param waitingOpens streams that wait on our side because of {@code unestablished}; one more is refused
 * @param peerStreams streams that the peer may have open at once; one more is reset
 * @param peerBacklog streams that the peer opened and nobody accepted yet; one more is reset
 */
public record YamuxLimits(int unestablished, int waitingOpens, int peerStreams, int peerBacklog) {
    /** What a daemon allows a service, which has no business opening streams beyond its control stream. */
    public static final YamuxLimits DAEMON = new YamuxLimits(240, 8_192, 1, 1);

    /** What a service allows the daemon. */
    public static final YamuxLimits SERVICE = new YamuxLimits(240, 16, 65_536, 256);
}
