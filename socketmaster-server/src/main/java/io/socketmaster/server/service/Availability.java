package io.socketmaster.server.service;

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

    default Closed toClosed(long nowNanos, String reason) {
        return new Closed(nowNanos, reason);
    }

    /** Nobody is registered, or the last one stayed away too long: there is no route, and nobody waits. */
    record Unclaimed(long sinceNanos) implements Availability {
        AwaitingReady toAwaitingReady(long nowNanos) {
            return new AwaitingReady(nowNanos);
        }
    }

    /** A session is registered that has not said yet that it is ready. Who comes waits, each up to its own limit. */
    record AwaitingReady(long sinceNanos) implements Availability {
        Serving toServing(long nowNanos) {
            return new Serving(nowNanos);
        }

        Unclaimed toUnclaimed(long nowNanos) {
            return new Unclaimed(nowNanos);
        }
    }

    /** At least one generation takes traffic. */
    record Serving(long sinceNanos) implements Availability {
        Absent toAbsent(long nowNanos, long holdNanos, String cause) {
            return new Absent(nowNanos, nowNanos + holdNanos, cause);
        }
    }

    /** The last generation that took traffic left, because {@code cause}; its return is awaited. */
    record Absent(long sinceNanos, long untilNanos, String cause) implements Availability {
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
    record Closed(long sinceNanos, String reason) implements Availability {}
}
