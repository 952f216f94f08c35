package io.socketmaster.server.service;

import java.time.Duration;

/**
 * Where a generation is in its life (contract section 4). Each state offers only its legal exits:
 *
 * <pre>
 *             ready, takes over                 replaced, or leaves
 *  {@link Standby} ───────────────▶ {@link Ready} ───────────────▶ {@link Draining}
 *     │   ◀───────────────   │   ◀───────────────   │
 *     │     steps back       │      taken back      │
 *     │  (policy standby,    ▼   (successor gone)   │
 *     │   or it asks to)                            │
 *     └────────────────▶ {@link Gone} ◀────────────────────┘
 * </pre>
 *
 * <p>Values; {@code sinceNanos} and deadlines are on the {@link Timeline}'s clock. Exactly the generations in {@link Ready}
 * take new traffic.
 */
public sealed interface GenerationState {
    /** When this state was entered. */
    long sinceNanos();

    /** The state's name for people: {@code standby}, {@code ready}, {@code draining}, {@code gone}. */
    String word();

    /** Why a generation drains. */
    enum DrainCause {
        /** A newer generation took over; for a while it may be asked to come back. */
        REPLACED,
        /** The service itself wants nothing new. */
        ASKED,
        /** An operator, or the daemon that stops, wants it to leave. */
        REQUESTED
    }

    /** Registered and not yet on its way out. */
    sealed interface Live extends GenerationState {
        Draining toDraining(long nowNanos, DrainCause cause, int replacedBy, Duration drain, Duration longLivedDrain);
    }

    /**
     * Connected, and takes no traffic.
     *
     * @param willing whether it could: it said that it is ready, and waits for the others to be gone (policy standby)
     */
    record Standby(long sinceNanos, boolean willing) implements Live {
        Standby toWilling() {
            return new Standby(sinceNanos, true);
        }

        Standby toUnwilling() {
            return new Standby(sinceNanos, false);
        }

        Ready toReady(long nowNanos) {
            return new Ready(nowNanos);
        }

        @Override
        public Draining toDraining(
                long nowNanos, DrainCause cause, int replacedBy, Duration drain, Duration longLivedDrain) {
            return Draining.begun(nowNanos, cause, replacedBy, drain, longLivedDrain);
        }

        @Override
        public String word() {
            return "standby";
        }
    }

    /** Takes traffic. */
    record Ready(long sinceNanos) implements Live {
        /** @param willing whether it would take traffic again without being asked to */
        Standby toStandby(long nowNanos, boolean willing) {
            return new Standby(nowNanos, willing);
        }

        @Override
        public Draining toDraining(
                long nowNanos, DrainCause cause, int replacedBy, Duration drain, Duration longLivedDrain) {
            return Draining.begun(nowNanos, cause, replacedBy, drain, longLivedDrain);
        }

        @Override
        public String word() {
            return "ready";
        }
    }

    /**
     * Gets nothing new and finishes what it has.
     *
     * @param replacedBy number of the generation that took over; 0 if it was not replaced
     * @param requestDeadlineNanos when requests must be over
     * @param longLivedDeadlineNanos when upgraded and TCP connections must be over; not before the other deadline
     * @param told whether the service was told that everything has ended; after that it never takes traffic again
     */
    record Draining(
            long sinceNanos,
            DrainCause cause,
            int replacedBy,
            long requestDeadlineNanos,
            long longLivedDeadlineNanos,
            boolean told)
            implements GenerationState {

        static Draining begun(
                long nowNanos, DrainCause cause, int replacedBy, Duration drain, Duration longLivedDrain) {
            long requests = drain.toNanos();
            long longLived = Math.max(requests, longLivedDrain.toNanos());
            return new Draining(nowNanos, cause, replacedBy, nowNanos + requests, nowNanos + longLived, false);
        }

        /** Leaves for good: from now on it cannot be taken back. Its deadlines stay as they were. */
        Draining toLeaving(DrainCause why) {
            return new Draining(sinceNanos, why, 0, requestDeadlineNanos, longLivedDeadlineNanos, told);
        }

        /** The same with another deadline, for requests and long-lived streams alike. */
        Draining endingBy(long deadlineNanos) {
            return new Draining(sinceNanos, cause, replacedBy, deadlineNanos, deadlineNanos, told);
        }

        /** From its beginning to the deadline of requests. */
        Duration requestTime() {
            return Duration.ofNanos(requestDeadlineNanos - sinceNanos);
        }

        Draining toTold() {
            return new Draining(
                    sinceNanos, cause, replacedBy, requestDeadlineNanos, longLivedDeadlineNanos, /* told= */ true);
        }

        Ready toReady(long nowNanos) {
            return new Ready(nowNanos);
        }

        boolean isReplaced() {
            return cause == DrainCause.REPLACED;
        }

        /** Whether it may still take traffic again should its successor be gone. */
        boolean mayBeTakenBack(long nowNanos, Duration rollback) {
            return isReplaced() && !told && nowNanos - sinceNanos < rollback.toNanos();
        }

        @Override
        public String word() {
            return "draining";
        }
    }

    /** The session is over. */
    record Gone(long sinceNanos, String cause) implements GenerationState {
        @Override
        public String word() {
            return "gone";
        }
    }
}
