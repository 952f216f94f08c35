package io.socketmaster.server.service;

import java.time.Duration;
import java.util.Optional;

/**
 * A pause as people see it, at one moment.
 *
 * @param mode what becomes of who comes
 * @param reason as the operator gave it; may be empty
 * @param since how long it has been in force
 * @param endsIn how long until it ends by itself; empty if only a resume ends it
 * @param everywhere whether everything is paused, not one service
 */
public record PauseStatus(
        PauseMode mode, String reason, Duration since, Optional<Duration> endsIn, boolean everywhere) {}
