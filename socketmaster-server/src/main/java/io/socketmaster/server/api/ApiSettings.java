package io.socketmaster.server.api;

import java.time.Duration;

/**
 * The limits of the control API, each with its default in {@link #DEFAULTS}.
 *
 * @param connections how many may be open at once; default 64
 * @param waiting how many of them may wait for idle or follow the events, so that commands still get through; default 48
 * @param requestDeadline how long a connection may take for its first request, body included; default 10 s
 * @param idle how long a connection may take for each further request; default 60 s
 * @param writeDeadline how long a client may take to read an answer; default 30 s
 * @param head the longest request line, and the longest header section, in bytes; default 8 KiB
 * @param body the longest request body, in bytes; default 64 KiB
 * @param events how many events may wait for one follower who reads slowly; default 1,024
 */
public record ApiSettings(
        int connections,
        int waiting,
        Duration requestDeadline,
        Duration idle,
        Duration writeDeadline,
        int head,
        int body,
        int events) {
    /** What a daemon does that was told nothing. */
    public static final ApiSettings DEFAULTS = new ApiSettings(
            64, 48, Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30), 8 * 1024, 64 * 1024, 1_024);
}
