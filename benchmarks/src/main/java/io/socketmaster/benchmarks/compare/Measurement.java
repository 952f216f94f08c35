package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.load.HttpResult;
import java.util.Optional;

/**
 * One workload on one contender, once.
 *
 * @param rate requests or 10⁹ bytes a second
 * @param amount requests or 10⁹ bytes
 * @param errors requests or connections that failed
 * @param latency of requests; empty for bytes, and where the load does not tell it
 * @param used processor time of the processes meanwhile
 */
record Measurement(
        double rate, double amount, long errors, Optional<HttpResult.Latency> latency, Contender.Usage used) {
    /** Seconds of processor time of proxy and service for each request or 10⁹ bytes. */
    double cost() {
        return (used.proxyCpuSeconds() + used.serviceCpuSeconds()) / amount;
    }
}
