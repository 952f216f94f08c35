package io.socketmaster.client.forward;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether the program is there, as far as is known, and what follows from each news of it: what to tell the daemon, and when
 * to look again. Pure: no clock, no channel.
 *
 * <pre>
 *                   answers                       fails its checks
 *  {@link State#AWAY} ────────▶ {@link State#THERE} ────────────▶ {@link State#FAILING}
 *     ▲  ◀───────────────────  │ ▲  ◀──────────────────  │
 *     │     no connection      ▼ │    passes a check     │ no connection
 *     │                  {@link State#SUSPENDED}, from everywhere: known to be gone, not looked for
 *     └──────────────────────────────────────────────────┘
 * </pre>
 */
final class Presence {
    /** Between two attempts to reach a program that is away: short at first, as most are just being restarted. */
    static final Duration FIRST_LOOK = Duration.ofMillis(20);

    static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    /** Doublings after which the longest is reached in any case. */
    private static final int MAX_DOUBLINGS = 10;

    /** What is known of the program. */
    enum State {
        /** It did not accept a connection; looked for with growing intervals. */
        AWAY,
        /** It accepts connections. */
        THERE,
        /** It accepts connections and fails its checks. */
        FAILING,
        /** Its owner says that it is gone: there is nothing to look for. */
        SUSPENDED
    }

    /** What to tell the daemon. */
    enum Tell {
        NOTHING,
        READY,
        STAND_BY,
        STAND_BY_UNLESS_LAST
    }

    /**
     * What follows.
     *
     * @param tell the daemon
     * @param lookIn when to look again; empty: what was planned before stays
     */
    record Step(Tell tell, Optional<Duration> lookIn) {}

    private static final Step NO_CHANGE = new Step(Tell.NOTHING, Optional.empty());

    private final Optional<HealthCheck> check;
    private State state = State.AWAY;
    private int misses;
    private int failures;

    Presence(Optional<HealthCheck> check) {
        this.check = check;
    }

    State state() {
        return state;
    }

    /** Whether a stream may be tried on the program. */
    boolean takesStreams() {
        return state == State.THERE || state == State.FAILING;
    }

    /** Whether a look at the program means something now. */
    boolean looks() {
        return state != State.SUSPENDED;
    }

    /** A look found it well. */
    Step onWell() {
        if (state == State.SUSPENDED) {
            return NO_CHANGE;
        }
        boolean news = state != State.THERE;
        state = State.THERE;
        misses = 0;
        failures = 0;
        return new Step(news ? Tell.READY : Tell.NOTHING, check.map(HealthCheck::interval));
    }

    /** A look found that it accepts connections and is not well. */
    Step onUnwell() {
        return switch (state) {
            case SUSPENDED -> NO_CHANGE;
            // It has never been well yet: that is as good as not there.
            case AWAY -> new Step(Tell.NOTHING, Optional.of(nextLook()));
            case THERE, FAILING -> {
                failures++;
                boolean failing = failures >= check.orElseThrow().failures();
                if (failing) {
                    state = State.FAILING;
                }
                yield new Step(failing ? Tell.STAND_BY_UNLESS_LAST : Tell.NOTHING, check.map(HealthCheck::interval));
            }
        };
    }

    /** A look, or a stream, found that it accepts no connection. */
    Step onNoConnection() {
        return switch (state) {
            case SUSPENDED -> NO_CHANGE;
            case AWAY -> new Step(Tell.NOTHING, Optional.of(nextLook()));
            case THERE, FAILING -> {
                state = State.AWAY;
                misses = 0;
                failures = 0;
                yield new Step(Tell.STAND_BY, Optional.of(nextLook()));
            }
        };
    }

    /** Its owner says that it is gone. */
    Step onGone() {
        boolean told = takesStreams();
        state = State.SUSPENDED;
        return new Step(told ? Tell.STAND_BY : Tell.NOTHING, Optional.empty());
    }

    /** Its owner says that it is starting, here or elsewhere: look at once. */
    Step onStarting() {
        boolean told = takesStreams();
        state = State.AWAY;
        misses = 0;
        failures = 0;
        return new Step(told ? Tell.STAND_BY : Tell.NOTHING, Optional.of(Duration.ZERO));
    }

    private Duration nextLook() {
        long millis = FIRST_LOOK.toMillis() << Math.min(misses, MAX_DOUBLINGS);
        misses++;
        return Duration.ofMillis(Math.min(millis, LONGEST_LOOK.toMillis()));
    }
}
