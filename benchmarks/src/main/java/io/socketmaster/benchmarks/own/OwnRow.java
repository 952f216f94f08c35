package io.socketmaster.benchmarks.own;

/** What is measured of the daemon alone. */
public enum OwnRow {
    /** Requests a second on a port with many routes, beside a port with one. */
    ROUTES,
    /** Registrations a second beside many routes. */
    REGISTRATIONS,
    /** What a request allocates on the daemon's heap. */
    ALLOCATION,
    /** Memory for each idle connection by TLS. */
    IDLE_HTTPS,
    /** Time from the command to the first registration. */
    START;

    /** Whether its load comes from {@code wrk}. */
    public boolean needsWrk() {
        return this == ROUTES || this == ALLOCATION;
    }
}
