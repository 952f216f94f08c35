package io.socketmaster.client.session;

import io.socketmaster.protocol.ProtocolException;
import java.time.Duration;
import java.util.Optional;

/** Learns what happens to a {@link Registration}. Called on its event loop, in order; must not block. */
public interface RegistrationObserver {
    /** It stands: for the first time, or again after a reconnect. */
    void onRegistered(Registered registered, boolean again);

    /** Another attempt follows after {@code delay}. */
    void onReconnecting(int attempt, Duration delay, ProtocolException cause);

    /** A newer generation has the traffic; requests that run are given {@code deadline} to finish, then the end follows. */
    void onReplaced(Duration deadline);

    /** The newer generation is gone, and this one has the traffic again. */
    void onTakenBack();

    /** An operator asks the service to leave within {@code deadline}, which it does. */
    void onDrainRequested(Duration deadline);

    /**
     * It is over; the last call.
     *
     * @param failure what ended it; empty if it left in good order or was asked to stop
     */
    void onClosed(Optional<ProtocolException> failure);
}
