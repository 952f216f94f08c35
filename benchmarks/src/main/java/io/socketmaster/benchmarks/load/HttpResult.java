package io.socketmaster.benchmarks.load;

import java.time.Duration;
import java.util.Optional;

/**
 * What a load of requests brought.
 *
 * @param requests answered with 200, to their end
 * @param errors connections that failed, answers that were not 200 or were cut; none is counted twice
 * @param seconds how long it took
 * @param latency of the answers; empty if the load does not tell percentiles
 */
public record HttpResult(long requests, long errors, double seconds, Optional<Latency> latency) {
    public double perSecond() {
        return requests / seconds;
    }

    /**
     * How long answers took, from the request or, with a new connection for each, from the connect.
     *
     * @param p50 half of them came within this
     * @param p99 the same for 99 of 100
     */
    public record Latency(Duration p50, Duration p99) {}
}
