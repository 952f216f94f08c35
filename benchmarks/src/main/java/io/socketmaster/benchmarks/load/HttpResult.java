package io.socketmaster.benchmarks.load;

import java.time.Duration;

/**
 * What a load of requests brought.
 *
 * @param requests answered with 200, to their end
 * @param errors connections that failed, answers that were not 200 or were cut; none is counted twice
 * @param seconds how long it took
 * @param p50 half of the answers came within this, from the request (or, with a new connection for each, from the connect)
 * @param p99 the same for 99 of 100
 */
public record HttpResult(long requests, long errors, double seconds, Duration p50, Duration p99) {
    public double perSecond() {
        return requests / seconds;
    }
}
