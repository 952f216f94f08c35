package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.DaemonProcess;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All processes of a comparison: the service twice, once on plain TCP (reached directly and through HAProxy) and once on our
 * listener. Closing stops them in the reverse order.
 */
final class Contenders implements AutoCloseable {
    /** Bounds what a run may take, and far above what anything here needs. */
    private static final String SERVICE_HEAP = "-Xmx256m";

    private final List<ChildProcess> said = new ArrayList<>();
    private final Deque<AutoCloseable> processes = new ArrayDeque<>();
    private final List<Contender> list = new ArrayList<>();
    private Optional<String> haProxyConfiguration = Optional.empty();

    private Contenders() {}

    /**
     * Starts them.
     *
     * @param withHaProxy whether HAProxy is one of them
     * @param daemonJar see {@link DaemonProcess#start}
     * @param daemonOptions options of the daemon's JVM
     */
    static Contenders start(boolean withHaProxy, Optional<Path> daemonJar, List<String> daemonOptions)
            throws IOException, InterruptedException {
        Contenders contenders = new Contenders();
        boolean done = false;
        try {
            contenders.startAll(withHaProxy, daemonJar, daemonOptions);
            done = true;
            return contenders;
        } finally {
            if (!done) {
                contenders.close();
            }
        }
    }

    private void startAll(boolean withHaProxy, Optional<Path> daemonJar, List<String> daemonOptions)
            throws IOException, InterruptedException {
        ServiceProcess onTcp = started(ServiceProcess.direct(List.of(SERVICE_HEAP)));
        said.add(onTcp.process());
        list.add(new Contender("direct", onTcp.http(), onTcp.bulk(), OptionalLong.empty(), onTcp));
        if (withHaProxy) {
            HaProxy proxy = started(HaProxy.start(onTcp, Runtime.getRuntime().availableProcessors()));
            said.add(proxy.process());
            haProxyConfiguration = Optional.of(proxy.configuration());
            OptionalLong pid = OptionalLong.of(proxy.process().pid());
            list.add(new Contender("HAProxy", proxy.http(), proxy.bulk(), pid, onTcp));
        }
        DaemonProcess daemon = started(DaemonProcess.start(daemonJar, daemonOptions));
        said.add(daemon.process());
        ServiceProcess behind = started(ServiceProcess.behind(daemon, List.of(SERVICE_HEAP)));
        said.add(behind.process());
        OptionalLong pid = OptionalLong.of(daemon.process().pid());
        list.add(new Contender("socketmaster", behind.http(), behind.bulk(), pid, behind));
    }

    private <T extends AutoCloseable> T started(T process) {
        processes.push(process);
        return process;
    }

    /** In the order of a round. */
    List<Contender> list() {
        return Collections.unmodifiableList(list);
    }

    /** The last lines that each process printed, for the case that something failed. */
    String output() {
        StringBuilder text = new StringBuilder();
        for (ChildProcess process : said) {
            text.append(process.describe()).append('\n').append(process.output().indent(4));
        }
        return text.toString();
    }

    /** What HAProxy was started with; empty without it. */
    Optional<String> haProxyConfiguration() {
        return haProxyConfiguration;
    }

    @Override
    public void close() {
        for (AutoCloseable process; (process = processes.poll()) != null; ) {
            try {
                process.close();
            } catch (Exception e) {
                throw new IllegalStateException("a process could not be stopped", e);
            }
        }
    }
}
