package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.process.ProcessFacts;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.net.InetSocketAddress;
import java.util.OptionalLong;

/**
 * One way to the service.
 *
 * @param name column of the tables
 * @param http where requests go
 * @param bulk where bulk transfers go
 * @param proxyPid the process in between; empty if there is none
 * @param service who answers
 */
record Contender(
        String name, InetSocketAddress http, InetSocketAddress bulk, OptionalLong proxyPid, ServiceProcess service) {
    /** Seconds of processor time that the proxy has used. */
    double proxyCpuSeconds() {
        return proxyPid.isPresent() ? ProcessFacts.cpuSeconds(proxyPid.getAsLong()) : 0;
    }

    /** Seconds of processor time that the service has used. */
    double serviceCpuSeconds() {
        return ProcessFacts.cpuSeconds(service.process().pid());
    }
}
