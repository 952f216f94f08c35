package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Certificate;
import io.socketmaster.benchmarks.TemporaryDirectory;
import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.DaemonProcess;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All processes of a comparison: the service twice, once on plain TCP (reached directly and through the proxies of others) and
 * once on our listener. Closing stops them in the reverse order.
 */
final class Contenders implements AutoCloseable {
    /** Bounds what a run may take, and far above what anything here needs. */
    private static final String SERVICE_HEAP = "-Xmx256m";

    private final List<ChildProcess> said = new ArrayList<>();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final List<Contender> list = new ArrayList<>();

    private Contenders() {}

    /**
     * Starts them.
     *
     * @param wanted which of them
     * @param daemonJar see {@link DaemonProcess#start}
     * @param daemonOptions options of the daemon's JVM
     */
    static Contenders start(Set<ContenderKind> wanted, Optional<Path> daemonJar, List<String> daemonOptions)
            throws IOException, InterruptedException, GeneralSecurityException {
        Contenders contenders = new Contenders();
        boolean done = false;
        try {
            Path directory =
                    contenders.owned(TemporaryDirectory.create("bench")).path();
            Certificate.create().writeTo(directory);
            contenders.startOnTcp(wanted, directory);
            if (wanted.contains(ContenderKind.SOCKETMASTER)) {
                contenders.startOurs(directory, daemonJar, daemonOptions);
            }
            done = true;
            return contenders;
        } finally {
            if (!done) {
                contenders.close();
            }
        }
    }

    private void startOnTcp(Set<ContenderKind> wanted, Path directory) throws IOException, InterruptedException {
        if (wanted.equals(Set.of(ContenderKind.SOCKETMASTER))) {
            return;
        }
        int cores = Runtime.getRuntime().availableProcessors();
        ServiceProcess service = owned(ServiceProcess.direct(directory, List.of(SERVICE_HEAP)));
        said.add(service.process());
        if (wanted.contains(ContenderKind.DIRECT)) {
            Endpoints endpoints =
                    new Endpoints(service.http(), service.https(), Optional.empty(), Optional.empty(), service.bulk());
            list.add(new Contender(ContenderKind.DIRECT, endpoints, Optional.empty(), service));
        }
        if (wanted.contains(ContenderKind.HAPROXY)) {
            add(ContenderKind.HAPROXY, owned(HaProxy.start(service, directory, cores)), service);
        }
        if (wanted.contains(ContenderKind.NGINX)) {
            add(ContenderKind.NGINX, owned(Nginx.start(service, directory, cores)), service);
        }
    }

    private void add(ContenderKind kind, ProxyProcess proxy, ServiceProcess service) {
        said.add(proxy.process());
        list.add(new Contender(kind, proxy.endpoints(), Optional.of(proxy.process()), service));
    }

    private void startOurs(Path directory, Optional<Path> daemonJar, List<String> daemonOptions) throws IOException {
        DaemonProcess daemon = owned(DaemonProcess.start(daemonJar, daemonOptions));
        said.add(daemon.process());
        ServiceProcess service = owned(ServiceProcess.behind(daemon, directory, List.of(SERVICE_HEAP)));
        said.add(service.process());
        Endpoints endpoints = new Endpoints(
                service.http(),
                service.https(),
                Optional.of(service.https()),
                Optional.of(service.http()),
                service.bulk());
        list.add(new Contender(ContenderKind.SOCKETMASTER, endpoints, Optional.of(daemon.process()), service));
    }

    private <T extends AutoCloseable> T owned(T resource) {
        resources.push(resource);
        return resource;
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

    @Override
    public void close() {
        for (AutoCloseable resource; (resource = resources.poll()) != null; ) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("a process could not be stopped", e);
            }
        }
    }
}
