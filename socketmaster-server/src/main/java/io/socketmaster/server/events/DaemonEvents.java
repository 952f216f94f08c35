package io.socketmaster.server.events;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything worth knowing about a running daemon. Each method does nothing unless overridden, so that an implementation
 * says only what it cares about.
 *
 * <p>Any thread, event loops included: an implementation returns at once, never blocks and never throws. What a peer can
 * cause often (refusals, say) is reported often; who writes it to a disk limits the rate.
 *
 * <p>Services are named as registered, sessions by their id; generations are numbered from 1 within their service.
 */
public interface DaemonEvents {
    /** Listens to nothing. */
    DaemonEvents NONE = new DaemonEvents() {};

    /** In the place of a service's name: all services, those that come later included. */
    String EVERYTHING = "*";

    // --- public ports

    /** A public port, or Unix socket, is open. */
    default void listenerBound(SocketAddress address) {}

    /** A public port was closed, because {@code reason}. */
    default void listenerClosed(SocketAddress address, String reason) {}

    /** A client's connection to {@code port} was reset at once, because {@code reason}: there are too many. */
    default void connectionTurnedAway(SocketAddress port, String reason) {}

    /** A connection to {@code port}, public or the control socket, could not be accepted, because {@code reason}; it waits. */
    default void acceptFailed(SocketAddress port, String reason) {}

    /**
     * There is less or more room than before for what clients do not take.
     *
     * @param state {@code enough}, {@code tight} (client connections get small send buffers) or {@code short} (clients that take
     *     nothing are reset)
     * @param tcpPercent what TCP has of the kernel's memory, in percent of what the kernel takes for moderate
     * @param bufferPercent what the daemon's own buffers have of what they may have
     */
    default void memoryChanged(String state, int tcpPercent, int bufferPercent) {}

    /** A client's connection to {@code port} was reset, because it took nothing for so long while memory was short. */
    default void stalledClientReset(SocketAddress port, long stalledNanos) {}

    // --- sessions

    /**
     * A control connection became a session.
     *
     * @param peer the address that it came from
     * @param client name and version of the service's library; empty if it did not say
     */
    default void sessionOpened(String sessionId, String peer, String client) {}

    /**
     * A session that is used has one more connection.
     *
     * @param peer the address that it came from
     */
    default void laneOpened(String sessionId, String peer) {}

    /** A session is over, because {@code cause}. */
    default void sessionClosed(String sessionId, String cause) {}

    /** A service sent a message on its control stream that means nothing to this daemon. */
    default void messageIgnored(String sessionId, String type) {}

    // --- registrations and generations

    /** A session registered as a generation of a service. It takes no traffic before {@link #generationReady}. */
    default void registered(String service, int generation, String sessionId, String policy) {}

    /**
     * A registration was refused.
     *
     * @param peer the address that asked
     * @param code the protocol's error code
     * @param sentence what the peer was told
     */
    default void registrationRefused(String peer, String code, String sentence) {}

    /** A generation takes traffic from now on. */
    default void generationReady(String service, int generation, String sessionId) {}

    /** A generation has changed its certificate, weight or metadata, without a new registration. */
    default void generationUpdated(String service, int generation, String sessionId) {}

    /** New traffic goes to generation {@code to}; generation {@code from} gets nothing new. */
    default void generationSwapped(String service, int from, int to) {}

    /** The generation that had replaced this one is gone too soon: this one takes traffic again. */
    default void generationTakenBack(String service, int generation, String sessionId) {}

    /** A generation asks for nothing new until it is ready again; {@code inFlight} requests and connections go on. */
    default void generationStandsBy(String service, int generation, String sessionId, int inFlight) {}

    /** A generation gets nothing new and finishes {@code inFlight} requests and connections. */
    default void generationDraining(
            String service, int generation, String sessionId, String reason, int inFlight, Duration deadline) {}

    /** Everything that was handed to a draining generation has ended. */
    default void generationDrained(String service, int generation, String sessionId) {}

    /** A generation is over, with {@code inFlight} requests and connections unfinished on it. */
    default void generationGone(String service, int generation, String sessionId, String cause, int inFlight) {}

    // --- presence and waiting

    /** A service takes traffic, for the first time or again, and {@code held} wait to be handed over to it. */
    default void serviceServing(String service, int held) {}

    /** The last generation that took traffic left; who comes now waits. */
    default void serviceAbsent(String service, Duration hold, String cause) {}

    /** A service did not come back in time: its route goes. */
    default void serviceExpired(String service) {}

    /** A request or connection waits; {@code heldNow} wait on this service, itself included. */
    default void held(String service, int heldNow) {}

    /** A request or connection that had waited was handed to a session. */
    default void released(String service, String sessionId, long waitedNanos) {}

    /**
     * A request or connection was refused: it had waited in vain, or could not wait.
     *
     * @param reason {@code EXPIRED}, {@code FULL}, {@code PAUSED} or {@code GONE}
     */
    default void refused(String service, String reason, String sentence) {}

    // --- pauses

    /**
     * New work is held or refused.
     *
     * @param service {@value #EVERYTHING} for everything
     * @param mode {@code hold} or {@code reject}
     * @param ttl after which the pause ends by itself
     * @param reason as the operator gave it; may be empty
     */
    default void paused(String service, String mode, Optional<Duration> ttl, String reason) {}

    /**
     * A pause is over, because {@code cause}.
     *
     * @param service {@value #EVERYTHING} for everything
     */
    default void resumed(String service, String cause) {}

    // --- work

    /**
     * A request was answered to its end, or its connection was lost.
     *
     * @param sessionId the session that answered; empty if the daemon itself did
     * @param status the HTTP status; 0 if the client left before there was one
     * @param durationNanos from the end of its head to the end of its answer
     */
    default void requestFinished(String service, String sessionId, String method, int status, long durationNanos) {}

    /** A connection that was passed through is over. */
    default void connectionFinished(
            String service, String sessionId, long bytesFromClient, long bytesToClient, long durationNanos) {}

    /**
     * A connection that was passed through was refused by a session that cannot have seen it: it goes to another one, or waits.
     *
     * @param sessionId the session that refused it
     */
    default void connectionReplayed(String service, String sessionId) {}

    // --- the daemon itself

    /** A part of the daemon threw where it must not; the rest went on. {@code where} names the part. */
    default void fault(String where, Throwable fault) {}
}
