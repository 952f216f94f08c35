package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.ProcessFacts;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.util.Optional;

/**
 * One way to the service.
 *
 * @param kind column of the tables
 * @param endpoints where requests and bulk transfers go
 * @param proxy the process in between, with its workers; empty if there is none
 * @param service who answers
 */
record Contender(ContenderKind kind, Endpoints endpoints, Optional<ChildProcess> proxy, ServiceProcess service) {
    /** Whether there is something to be compiled in it that no other contender has loaded already. */
    boolean runsInJvm() {
        return kind == ContenderKind.DIRECT || kind == ContenderKind.SOCKETMASTER;
    }

    /** What proxy and service have used so far. */
    Usage usage() {
        return new Usage(
                proxy.map(process -> ProcessFacts.cpuSecondsOfTree(process.pid()))
                        .orElse(0.0),
                ProcessFacts.cpuSeconds(service.process().pid()));
    }

    /** The most resident memory that proxy and service have had so far. */
    PeakMemory peakMemory() {
        return new PeakMemory(
                proxy.map(process -> ProcessFacts.peakResidentBytesOfTree(process.pid()))
                        .orElse(0L),
                ProcessFacts.peakResidentBytes(service.process().pid()));
    }

    /** Seconds of processor time. */
    record Usage(double proxyCpuSeconds, double serviceCpuSeconds) {
        Usage since(Usage before) {
            return new Usage(proxyCpuSeconds - before.proxyCpuSeconds, serviceCpuSeconds - before.serviceCpuSeconds);
        }
    }

    /** In bytes. */
    record PeakMemory(long proxy, long service) {}
}
