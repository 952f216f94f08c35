package io.socketmaster.cli.agent;

import io.socketmaster.client.session.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a program is run.
 *
 * @param command with its arguments, in which placeholders are not replaced yet
 * @param readyPath an HTTP path that must answer before the program gets traffic; empty: a connection that is accepted
 * @param startTimeout how long the program may take until it answers
 * @param killAfter how long it may take to end after SIGTERM
 * @param restart how long to wait before it is started again
 */
record RunPlan(
        List<String> command, Optional<String> readyPath, Duration startTimeout, Duration killAfter, Backoff restart) {
    /** A program that crashes again and again is started at most every 10 s. */
    static final Backoff DEFAULT_RESTART = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));

    /** One that has served for so long and then crashes is started as if it had never crashed before. */
    static final Duration STEADY = Duration.ofSeconds(30);

    RunPlan {
        command = List.copyOf(command);
    }
}
