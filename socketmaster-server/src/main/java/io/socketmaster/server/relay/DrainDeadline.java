package io.socketmaster.server.relay;

import java.time.Duration;

/**
 * The user event that a session fires on its streams when their time is up (contract section 4): whoever runs the stream ends
 * it. Requests end at once, as if the session had been lost; an upgraded or plain TCP connection ends only if {@code
 * longLivedToo}.
 *
 * @param longLivedToo whether streams that carry no request must end too
 * @param spread WebSocket connections end one by one within this time, so that their clients do not all come back at once
 * @param reason one sentence for a log line
 */
public record DrainDeadline(boolean longLivedToo, Duration spread, String reason) {}
