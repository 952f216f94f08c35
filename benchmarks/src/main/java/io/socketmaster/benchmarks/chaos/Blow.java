package io.socketmaster.benchmarks.chaos;

import java.util.Locale;

/** What befalls the service. */
enum Blow {
    /** A new process takes the traffic while the old one is there; then the old one gets SIGTERM. */
    REPLACE(true),
    /** SIGTERM, and only then a new process. */
    RESTART(true),
    /** SIGSTOP, and SIGCONT half a second later. */
    FREEZE(true),
    /** SIGKILL, and only then a new process. */
    KILL(false),
    /** A new process takes the traffic and is killed at once; the old one is taken back. */
    KILL_SUCCESSOR(false),
    /** SIGSTOP for good: a new process takes over, and what the frozen one had taken fails when the daemon gives it up. */
    FREEZE_FOR_GOOD(false);

    private final boolean graceful;

    Blow(boolean graceful) {
        this.graceful = graceful;
    }

    /** Whether nothing at all may be lost over it. */
    boolean isGraceful() {
        return graceful;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
