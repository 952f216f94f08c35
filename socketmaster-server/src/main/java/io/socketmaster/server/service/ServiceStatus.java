package io.socketmaster.server.service;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A service as people see it, at one moment.
 *
 * @param name the service's name
 * @param owner who registered it
 * @param phase whether it can be reached
 * @param since how long it has been in this phase
 * @param cause why it is away or closed; empty otherwise
 * @param expiresIn how long its return is still awaited; only while it is {@link Phase#ABSENT}
 * @param pause the pause that keeps new work from it, its own or that of everything; empty if there is none
 * @param held how many wait
 * @param inFlight how many requests and connections are in flight, over all generations and what those that are gone have left behind
 * @param replayed how many requests and connections were handed to another session after one had failed them, since the
 *     daemon knows the service (contract section 5)
 * @param generations in order of number; those that are gone are not among them
 */
public record ServiceStatus(
        String name,
        String owner,
        Phase phase,
        Duration since,
        String cause,
        Optional<Duration> expiresIn,
        Optional<PauseStatus> pause,
        int held,
        int inFlight,
        long replayed,
        List<GenerationStatus> generations) {

    public ServiceStatus {
        generations = List.copyOf(generations);
    }

    /** Whether a service can be reached. */
    public enum Phase {
        /** Nobody is registered and nobody is awaited. */
        UNCLAIMED,
        /** A session is registered and not ready yet. */
        AWAITING_READY,
        /** At least one generation takes traffic. */
        SERVING,
        /** The last generation that took traffic left; its return is awaited. */
        ABSENT,
        /** The daemon is stopping. */
        CLOSED
    }

    /**
     * @param number counts from 1 within the service
     * @param sessionId the session's id
     * @param peer the address that it came from
     * @param client name and version of its library; empty if it did not say
     * @param state {@code standby}, {@code ready} or {@code draining}
     * @param since how long it has been in this state
     * @param policy what it asked for
     * @param weight its share under {@link Policy#JOIN}
     * @param metadata what it says of itself to people
     * @param inFlight requests and connections handed to it that have not ended
     * @param longLived how many of these are upgraded or TCP connections
     */
    public record GenerationStatus(
            int number,
            String sessionId,
            String peer,
            String client,
            String state,
            Duration since,
            Policy policy,
            int weight,
            Map<String, String> metadata,
            int inFlight,
            int longLived) {

        /** Registry thread. */
        static GenerationStatus of(Generation<?> generation, long nowNanos) {
            GenerationState state = generation.state();
            Upstream session = generation.upstream();
            RegistrationOptions options = generation.options();
            return new GenerationStatus(
                    generation.number(),
                    session.sessionId(),
                    session.peer(),
                    session.client(),
                    state.word(),
                    Duration.ofNanos(nowNanos - state.sinceNanos()),
                    options.policy(),
                    options.weight(),
                    options.metadata(),
                    generation.inFlight(),
                    generation.longLivedInFlight());
        }
    }
}
