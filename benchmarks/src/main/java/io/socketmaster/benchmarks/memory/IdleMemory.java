package io.socketmaster.benchmarks.memory;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Certificate;
import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.Table;
import io.socketmaster.benchmarks.TemporaryDirectory;
import io.socketmaster.benchmarks.load.IdleConnections;
import io.socketmaster.benchmarks.load.TlsClient;
import io.socketmaster.benchmarks.process.DaemonProcess;
import io.socketmaster.benchmarks.process.JvmFacts;
import io.socketmaster.benchmarks.process.ProcessFacts;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Connections that reached the service through one session and then do nothing, and what each costs the daemon at a heap of
 * 128 MiB: in plain TCP the difference to the same daemon after some connections, so that what is loaded once does not count; by
 * HTTPS the difference to the start, with all that.
 */
public final class IdleMemory {
    private static final String HEAP = "-Xmx128m";
    private static final int WARM_UP = 1_000;
    private static final long HTTPS_MOST = 20 << 10;

    /** Longer than it takes to open all. */
    private static final String STAY_IDLE = "http.timeouts.idle=10m";

    private final EventLoopGroup loops;

    /** @param loops a group of one loop for the clients */
    public IdleMemory(EventLoopGroup loops) {
        this.loops = loops;
    }

    List<Claim> run(Optional<Path> daemonJar, int connections) throws IOException {
        List<Claim> claims = new ArrayList<>();
        try (DaemonProcess daemon = DaemonProcess.start(daemonJar, List.of(HEAP, JvmFacts.REQUIRED_OPTION));
                ServiceProcess service = ServiceProcess.behind(daemon, List.of(HEAP, JvmFacts.REQUIRED_OPTION))) {
            long pid = daemon.process().pid();
            long servicePid = service.process().pid();
            IdleConnections.open(service.bulk(), WARM_UP, loops).close();
            Figures daemonBefore = Figures.of(pid);
            Figures serviceBefore = Figures.of(servicePid);
            try (IdleConnections open = IdleConnections.open(service.bulk(), connections, loops)) {
                Table table = new Table(List.of(
                        "process",
                        "connections",
                        "RSS",
                        "heap after GC",
                        "direct",
                        "bytes each: RSS",
                        "heap",
                        "direct"));
                addRows(table, "daemon", daemonBefore, Figures.of(pid), connections);
                addRows(table, "service (client library)", serviceBefore, Figures.of(servicePid), connections);
                System.out.println(table);
                claims.add(new Claim(
                        connections + " idle connections through one session at " + HEAP + ": all echo a byte, "
                                + open.lost() + " lost since",
                        open.size() == connections && open.lost() == 0));
            }
            claims.add(
                    new Claim("the daemon runs on at " + HEAP, daemon.process().isAlive()));
        }
        return claims;
    }

    /** The same by HTTPS, each after one request. */
    List<Claim> runHttps(Optional<Path> daemonJar, int connections) throws IOException, GeneralSecurityException {
        PerConnection cost = https(daemonJar, connections);
        Table table = new Table(List.of("HTTPS connections", "bytes each since the start: RSS", "heap", "direct"));
        table.add(List.of(
                Integer.toString(connections),
                Long.toString(cost.residentSinceStart),
                Long.toString(cost.heap),
                Long.toString(cost.direct)));
        System.out.println(table);
        return List.of(
                new Claim(
                        connections + " idle HTTPS connections at " + HEAP + ": all were answered, " + cost.lost
                                + " lost since",
                        cost.lost == 0),
                new Claim(
                        "an idle HTTPS connection takes at most " + HTTPS_MOST + " bytes of resident memory",
                        cost.residentSinceStart <= HTTPS_MOST));
    }

    /**
     * Measures HTTPS.
     *
     * @param daemonJar see {@link DaemonProcess#start}
     */
    public PerConnection https(Optional<Path> daemonJar, int connections) throws IOException, GeneralSecurityException {
        try (TemporaryDirectory directory = TemporaryDirectory.create("memory")) {
            Certificate.create().writeTo(directory.path());
            try (DaemonProcess daemon = DaemonProcess.start(
                            daemonJar, List.of(HEAP, JvmFacts.REQUIRED_OPTION), List.of(STAY_IDLE));
                    ServiceProcess service = ServiceProcess.behind(daemon, directory.path(), List.of(HEAP))) {
                Figures before = Figures.of(daemon.process().pid());
                try (IdleConnections open =
                        IdleConnections.openHttps(service.https(), TlsClient.context(), connections, loops)) {
                    Figures after = Figures.of(daemon.process().pid());
                    return new PerConnection(
                            (after.resident - before.resident) / connections,
                            (after.jvm.heapBytes() - before.jvm.heapBytes()) / connections,
                            (after.jvm.directBytes() - before.jvm.directBytes()) / connections,
                            connections - open.size() + open.lost());
                }
            }
        }
    }

    /**
     * Bytes that each connection takes.
     *
     * @param residentSinceStart resident memory beyond that of the daemon with its services registered
     * @param heap of it on the heap, after a collection
     * @param direct of it in buffers outside of the heap
     * @param lost connections that ended
     */
    public record PerConnection(long residentSinceStart, long heap, long direct, int lost) {}

    private static void addRows(Table table, String process, Figures before, Figures after, int connections) {
        table.add(List.of(
                process,
                "0",
                Mebibytes.of(before.resident),
                Mebibytes.of(before.jvm.heapBytes()),
                Mebibytes.of(before.jvm.directBytes()),
                "",
                "",
                ""));
        table.add(List.of(
                process,
                Integer.toString(connections),
                Mebibytes.of(after.resident),
                Mebibytes.of(after.jvm.heapBytes()),
                Mebibytes.of(after.jvm.directBytes()),
                Long.toString((after.resident - before.resident) / connections),
                Long.toString((after.jvm.heapBytes() - before.jvm.heapBytes()) / connections),
                Long.toString((after.jvm.directBytes() - before.jvm.directBytes()) / connections)));
    }

    /** Of a process, after a collection. */
    private record Figures(long resident, JvmFacts jvm) {
        static Figures of(long pid) throws IOException {
            JvmFacts jvm = JvmFacts.afterCollection(pid);
            return new Figures(ProcessFacts.residentBytes(pid), jvm);
        }
    }
}
