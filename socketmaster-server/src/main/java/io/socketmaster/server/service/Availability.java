package io.socketmaster.server.service;

import io.socketmaster.server.service.ServiceStatus.Phase;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a service can be reached, and since when (contract section 3). Each state offers only its legal exits; from each
 * of them the daemon's stop leads to {@link Closed}.
 *
 * <pre>
 *  {@link Unclaimed} ──registered──▶ {@link AwaitingReady} ──ready──▶ {@link Serving}
 *      ▲                      │  ▲                        │  ▲
 *      │◀──last session gone──┘  └──window over, but──┐   ▼  │ ready
 *      │                            a session is here └─ {@link Absent}
 *      └──────────────────window over, nobody here────────┘
 * </pre>
 */
sealed interface Availability {
    long sinceNanos();

    /** As people see it. */
    Phase phase();

    /** Why it is away or closed; empty otherwise. */
    default String cause() {
        return "";
    }

    /** How long its return is still awaited; empty unless it is away. */
    default Optional<Duration> expiresIn(long nowNanos) {
        return Optional.empty();
    }

    /** Whether nobody is registered or awaited any more. */
    default boolean isOver() {
        return false;
    }

    default Closed toClosed(long nowNanos, String cause) {
        return new Closed(nowNanos, cause);
    }

    /** Nobody is registered, or the last one stayed away too long: there is no route, and nobody waits. */
    record Unclaimed(long sinceNanos) implements Availability {
        @Override
        public Phase phase() {
            return Phase.UNCLAIMED;
        }

        @Override
        public boolean isOver() {
            return true;
        }

        AwaitingReady toAwaitingReady(long nowNanos) {
            return new AwaitingReady(nowNanos);
        }
    }

    /** A session is registered that has not said yet that it is ready. Who comes waits, each up to its own limit. */
    record AwaitingReady(long sinceNanos) implements Availability {
        @Override
        public Phase phase() {
            return Phase.AWAITING_READY;
        }

        Serving toServing(long nowNanos) {
            return new Serving(nowNanos);
        }

        Unclaimed toUnclaimed(long nowNanos) {
            return new Unclaimed(nowNanos);
        }
    }

    /** At least one generation takes traffic. */
    record Serving(long sinceNanos) implements Availability {
        @Override
        public Phase phase() {
            return Phase.SERVING;
        }

        Absent toAbsent(long nowNanos, long holdNanos, String cause) {
            return new Absent(nowNanos, nowNanos + holdNanos, cause);
        }
    }

    /** The last generation that took traffic left, because {@code cause}; its return is awaited. */
    record Absent(long sinceNanos, long untilNanos, String cause) implements Availability {
        @Override
        public Phase phase() {
            return Phase.ABSENT;
        }

        @Override
        public Optional<Duration> expiresIn(long nowNanos) {
            return Optional.of(Duration.ofNanos(Math.max(0, untilNanos - nowNanos)));
        }

        Serving toServing(long nowNanos) {
            return new Serving(nowNanos);
        }

        AwaitingReady toAwaitingReady() {
            return new AwaitingReady(sinceNanos);
        }

        Unclaimed toUnclaimed(long nowNanos) {
            return new Unclaimed(nowNanos);
        }
    }

    /** The daemon is stopping, or the service was taken down by hand. Final. */
    record Closed(long sinceNanos, String cause) implements Availability {
        @Override
        public Phase phase() {
            return Phase.CLOSED;
        }

        @Override
        public boolean isOver() {
            return true;
        }
    }
}
