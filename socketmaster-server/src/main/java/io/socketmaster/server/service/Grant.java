package io.socketmaster.server.service;

/**
 * The right to open one stream on a session. Whoever holds it owes exactly one {@link #ended()}; {@link #established()}
 * tells a gentle release that the service is keeping up. Any thread; later calls do nothing.
 *
 * <p>A stream that was refused before the service can have seen it is taken back to the service with {@link
 * Service#admitAgain}, which ends its grant.
 *
 * @param <U> the kind of session
 */
public interface Grant<U extends Upstream> {
    /** The session that was picked. */
    U upstream();

    /** The service took the stream: something came in on it. */
    void established();

    /**
     * The stream carries an upgraded or plain TCP connection, not a request: when its session drains, it has the long
     * deadline (contract section 4).
     */
    void longLived();

    /** The request or connection is over, well or badly. */
    void ended();
}
