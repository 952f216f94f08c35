package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * A Go service of its own with a client that never pauses: one long connection, and a new one for each round. What harms
 * others shows here.
 */
final class SteadyTraffic {
    /** Far above what a busy machine adds, far below every deadline of the daemon. */
    private static final long SLOWEST_MILLIS = 2_000;

    private static final Duration END = Duration.ofSeconds(20);

    private final GoService service;
    private final GoProcess client;

    private SteadyTraffic(GoService service, GoProcess client) {
        this.service = service;
        this.client = client;
    }

    static SteadyTraffic start(Interop interop) {
        GoService service = interop.start(GoService.of("echo"));
        return new SteadyTraffic(service, interop.start("client", "steady", "-addr", service.address()));
    }

    /** Lets the traffic go on for a while yet, ends it, and fails if anything was lost or slow. */
    void assertUndisturbed() {
        client.endInput();
        JsonNode rounds = Interop.result(client, END);
        assertThat(rounds.get("failed").asInt()).as("failed, of " + rounds).isZero();
        assertThat(rounds.get("ok").asInt()).as("exchanges, of " + rounds).isGreaterThanOrEqualTo(100);
        assertThat(rounds.get("slowestMillis").asLong())
                .as("slowest, of " + rounds)
                .isLessThan(SLOWEST_MILLIS);
        service.awaitNoStreams();
    }
}
