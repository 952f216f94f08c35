package io.socketmaster.benchmarks.compare;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.MachineFacts;
import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.benchmarks.load.HandshakeLoad;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/bench}: compares and prints. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The same service directly, behind HAProxy, behind nginx and behind socketmaster, under the same load in turns.",
            "Prints medians over the rounds with their extremes, as Markdown. Only loopback addresses are used."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:All was measured.",
            "1:A request or a connection failed.",
            "2:Wrong usage, or a program is missing."
        })
public final class BenchMain implements Callable<Integer> {
    /** Of the row with a fixed rate, before that is known. */
    private static final double WARM_UP_RATE = 10_000;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds, each of all rows and columns. Default: 5")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "1", description = "Length of one measurement, whole. Default: 1")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description =
                    "Load on each contender before the first round, spread over the rows, so that the compilers of"
                            + " JVMs are done; a tenth of it for those without one. Default: 20")
    private int warmUpSeconds;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ROW",
            description = "Rows to measure: ${COMPLETION-CANDIDATES}. Default: all")
    private List<Workload> only = List.of(Workload.values());

    @Option(
            names = "--contenders",
            split = ",",
            paramLabel = "NAME",
            description = "Columns: ${COMPLETION-CANDIDATES}. Default: those that are installed")
    private List<ContenderKind> contenders = List.of();

    @Option(
            names = "--rate",
            paramLabel = "REQUESTS",
            description = "A second, for the row with a fixed rate. Default: half of what HAProxy reaches")
    private Optional<Double> rate = Optional.empty();

    @Option(
            names = "--daemon-jar",
            paramLabel = "FILE",
            description = "The daemon as a runnable jar. Default: from the class path")
    private Optional<Path> daemonJar = Optional.empty();

    @Option(
            names = "--daemon-option",
            paramLabel = "OPTION",
            description = "An option of the daemon's JVM, say -XX:StartFlightRecording=...; may be repeated")
    private List<String> daemonOptions = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, GeneralSecurityException {
        if (rounds < 1 || seconds < 1 || warmUpSeconds < 0) {
            throw new ParameterException(
                    spec.commandLine(), "at least one round of one second, and no warm-up below 0 seconds");
        }
        requirePrograms();
        Set<ContenderKind> kinds = contendersWanted();
        System.out.println(MachineFacts.describe());
        kinds.forEach(
                kind -> System.out.println(kind.title + ": " + kind.version().orElseThrow()));
        System.out.println(rounds + " rounds, each of " + seconds
                + " s for every row and column; load and proxies share the cores\n");
        EventLoopGroup loops = Sockets.loops("load", 1);
        try (HandshakeLoad handshakes = new HandshakeLoad();
                Contenders running = Contenders.start(kinds, daemonJar, daemonOptions)) {
            Loads loads = new Loads(loops, handshakes, WARM_UP_RATE);
            Comparison comparison = new Comparison(running.list(), only, loads);
            comparison.warmUp(Duration.ofSeconds(warmUpSeconds));
            Report report = comparison.run(rounds, Duration.ofSeconds(seconds), rate);
            return print(report, running);
        } finally {
            loops.shutdownGracefully();
        }
    }

    private void requirePrograms() {
        for (Program program : Program.values()) {
            if (only.stream().anyMatch(row -> row.program == program) && !program.isInstalled()) {
                throw new ParameterException(
                        spec.commandLine(),
                        program.command + " is missing; install it with: apt-get install " + program.debianPackage);
            }
        }
    }

    private Set<ContenderKind> contendersWanted() {
        Set<ContenderKind> wanted = EnumSet.allOf(ContenderKind.class);
        if (!contenders.isEmpty()) {
            wanted.retainAll(contenders);
        }
        for (ContenderKind kind : ContenderKind.values()) {
            if (wanted.contains(kind) && kind.version().isEmpty()) {
                String missing = kind.title + " is missing; install it with: apt-get install " + kind.packages();
                if (!contenders.isEmpty()) {
                    throw new ParameterException(spec.commandLine(), missing);
                }
                System.out.println(missing);
                wanted.remove(kind);
            }
        }
        return wanted;
    }

    private static int print(Report report, Contenders contenders) {
        System.out.println(report.figures());
        report.latencies().ifPresent(System.out::println);
        System.out.println(report.processorTime());
        System.out.println(Report.peakMemory(contenders.list()));
        Optional<String> errors = report.errors();
        System.out.print(errors.map(text -> text + "\n" + contenders.output()).orElse("no errors\n"));
        return errors.isPresent() ? 1 : 0;
    }
}
