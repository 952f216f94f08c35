package io.socketmaster.benchmarks.memory;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.Table;
import io.socketmaster.benchmarks.load.IdleConnections;
import io.socketmaster.benchmarks.process.DaemonProcess;
import io.socketmaster.benchmarks.process.JvmFacts;
import io.socketmaster.benchmarks.process.ProcessFacts;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Connections that reached the service through one session and then do nothing, and what each costs the daemon at a heap of
 * 128 MiB: the difference to the same daemon after some connections, so that what is loaded once does not count.
 */
final class IdleMemory {
    private static final String HEAP = "-Xmx128m";
    private static final int WARM_UP = 1_000;

    private final EventLoopGroup loops;

    /** @param loops a group of one loop for the clients */
    IdleMemory(EventLoopGroup loops) {
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
