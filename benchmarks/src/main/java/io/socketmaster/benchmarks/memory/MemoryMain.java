package io.socketmaster.benchmarks.memory;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.MachineFacts;
import io.socketmaster.benchmarks.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/memory}: measures, prints, and exits with 1 if a claim did not hold. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "What the daemon holds in memory: with 1 GiB each way beside a slow reader, and with one long upload by HTTP,"
                    + " both at -Xmx64m, and with many idle connections through one session, plain and by HTTPS, at -Xmx128m.",
            "Exits with 0 only if every claim held. Only loopback addresses are used."
        })
public final class MemoryMain implements Callable<Integer> {
    /** The programs. */
    enum Part {
        BULK,
        UPLOAD,
        IDLE,
        IDLE_HTTPS
    }

    @Option(names = "--only", split = ",", description = "Parts to run: ${COMPLETION-CANDIDATES}. Default: all")
    private List<Part> only = List.of(Part.values());

    @Option(names = "--connections", defaultValue = "10000", description = "Idle connections. Default: 10000")
    private int connections;

    @Option(
            names = "--upload-mebibytes",
            defaultValue = "10240",
            description = "Length of the upload by HTTP. Default: 10240, which are 10 GiB")
    private int uploadMebibytes;

    @Option(
            names = "--daemon-jar",
            paramLabel = "FILE",
            description = "The daemon as a runnable jar. Default: from the class path")
    private Optional<Path> daemonJar = Optional.empty();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new MemoryMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        System.out.println(MachineFacts.describe() + "\n");
        EventLoopGroup loops = Sockets.loops("load", 1);
        List<Claim> claims = new ArrayList<>();
        try {
            if (only.contains(Part.BULK)) {
                claims.addAll(new BulkMemory(loops).run(daemonJar));
            }
            if (only.contains(Part.UPLOAD)) {
                claims.addAll(UploadMemory.run(daemonJar, uploadMebibytes));
            }
            if (only.contains(Part.IDLE)) {
                claims.addAll(new IdleMemory(loops).run(daemonJar, connections));
            }
            if (only.contains(Part.IDLE_HTTPS)) {
                claims.addAll(new IdleMemory(loops).runHttps(daemonJar, connections));
            }
        } finally {
            loops.shutdownGracefully();
        }
        claims.forEach(System.out::println);
        return claims.stream().allMatch(Claim::held) ? 0 : 1;
    }
}
