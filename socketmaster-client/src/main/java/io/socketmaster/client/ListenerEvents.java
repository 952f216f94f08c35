package io.socketmaster.client;

import java.time.Duration;
import java.util.Optional;

/**
 * What happens to a {@link SocketMasterListener}. Called in order on a thread of the library that is there for this
 * ({@code socketmaster-events-*}) and that all listeners share: it may block, but other events wait meanwhile.
 *
 * <p>Nothing has to be done on any of these; the listener does by itself what each says.
 */
public interface ListenerEvents {
    /** Hears nothing. */
    ListenerEvents NONE = new ListenerEvents() {};

    /** The registration stands for the first time. */
    default void registered(SocketMasterListener listener) {}

    /**
     * The session was lost; another attempt follows. Connections that ran on it are broken; new ones wait at the daemon.
     *
     * @param attempt from 1, counted since the last success
     * @param delay how long until the attempt
     */
    default void reconnecting(int attempt, Duration delay, SocketMasterException cause) {}

    /** The registration stands again, on the same port. */
    default void reconnected(SocketMasterListener listener) {}

    /**
     * A newer generation of the service has the traffic. The listener gets nothing new, and closes when what runs has
     * finished; but not for 10 s, in which {@link #takenBack} may follow. To leave sooner, {@link
     * SocketMasterListener#drain()} it, as SIGTERM does with {@link SocketMasterListener#closeOnShutdown}.
     *
     * @param deadline how long the daemon lets requests run; upgraded and TCP connections have 10 min
     */
    default void replaced(Duration deadline) {}

    /** The newer generation was gone within 10 s: this listener has the traffic again. */
    default void takenBack() {}

    /**
     * An operator asks the service to leave. The listener drains, and closes when what runs has finished.
     *
     * @param deadline how long the daemon lets requests run
     */
    default void drainRequested(Duration deadline) {}

    /**
     * It is over; the last event.
     *
     * @param failure what ended it; empty if it was closed, replaced or asked to leave
     */
    default void closed(Optional<SocketMasterException> failure) {}
}
