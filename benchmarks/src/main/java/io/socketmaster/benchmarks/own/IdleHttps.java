package io.socketmaster.benchmarks.own;

import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.Target;
import io.socketmaster.benchmarks.memory.IdleMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Optional;

/** Memory for each idle connection by TLS, as {@code bin/memory} measures it. */
final class IdleHttps {
    private static final int CONNECTIONS = 10_000;
    private static final double KIBI = 1024;

    private final IdleMemory memory;

    IdleHttps(IdleMemory memory) {
        this.memory = memory;
    }

    Figure measure(Optional<Path> daemonJar) throws IOException, GeneralSecurityException {
        IdleMemory.PerConnection cost = memory.https(daemonJar, CONNECTIONS);
        double kibibytes = cost.residentSinceStart() / KIBI;
        return new Figure(
                String.format(Locale.ROOT, "resident memory for each of %,d idle HTTPS connections", CONNECTIONS),
                "KiB",
                new Spread(kibibytes, kibibytes, kibibytes),
                Target.atMost(20),
                String.format(
                        Locale.ROOT,
                        "since the start; of it heap after GC %.1f, direct %.1f",
                        cost.heap() / KIBI,
                        cost.direct() / KIBI),
                cost.lost());
    }
}
