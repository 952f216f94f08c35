package io.socketmaster.benchmarks.compare;

import java.time.Duration;
import java.util.Optional;

/**
 * One workload on one contender, once.
 *
 * @param rate requests or 10⁹ bytes a second
 * @param amount requests or 10⁹ bytes
 * @param errors requests or connections that failed
 * @param latency of requests; empty for bytes
 * @param proxyCpuSeconds processor time that the proxy used meanwhile
 * @param serviceCpuSeconds the same of the service
 */
record Measurement(
        double rate,
        double amount,
        long errors,
        Optional<Latency> latency,
        double proxyCpuSeconds,
        double serviceCpuSeconds) {
    /** Percentiles of one measurement. */
    record Latency(Duration p50, Duration p99) {}
}
