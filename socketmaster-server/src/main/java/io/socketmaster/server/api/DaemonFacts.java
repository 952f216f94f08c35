package io.socketmaster.server.api;

import java.time.Duration;

/**
 * What a daemon knows of itself.
 *
 * @param version of the build
 * @param startNanos when it started, on the clock of {@link System#nanoTime}
 */
public record DaemonFacts(String version, long startNanos) {
    Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
