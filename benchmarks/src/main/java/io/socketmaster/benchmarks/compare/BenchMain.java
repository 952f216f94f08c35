package io.socketmaster.benchmarks.compare;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.MachineFacts;
import io.socketmaster.benchmarks.Sockets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/bench}: compares and prints. Exits with 1 if a request or connection failed. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The same service directly, behind HAProxy and behind socketmaster, under the same load in turns.",
            "Prints medians over the rounds with their extremes. Only loopback addresses are used."
        })
public final class BenchMain implements Callable<Integer> {
    /** Who makes the requests. */
    enum Load {
        /** wrk where it is installed. */
        AUTO,
        WRK,
        /** The program of this module. */
        OWN
    }

    @Option(names = "--rounds", defaultValue = "3", description = "Rounds, each of all rows and columns. Default: 3")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "3", description = "Length of one measurement. Default: 3")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "8",
            description = "Load on each before the first round, so that compilers are done. Default: 8")
    private int warmUpSeconds;

    @Option(names = "--only", split = ",", description = "Rows to measure: ${COMPLETION-CANDIDATES}. Default: all")
    private List<Workload> only = List.of(Workload.values());

    @Option(
            names = "--load",
            defaultValue = "AUTO",
            description = "Who makes the requests: ${COMPLETION-CANDIDATES}. Default: AUTO, wrk where it is installed")
    private Load load;

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

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Optional<String> haProxyVersion = MachineFacts.version("haproxy", "-v");
        boolean wrk = load == Load.WRK
                || (load == Load.AUTO && MachineFacts.version("wrk", "-v").isPresent());
        System.out.println(MachineFacts.describe());
        System.out.println(haProxyVersion.orElse("HAProxy is MISSING: its column and ratios are left out."
                + " Install it with: apt-get install haproxy"));
        System.out.println("requests by " + (wrk ? "wrk -t1" : "our own load program, one event loop")
                + "; bulk by our own; " + rounds + " rounds of " + seconds + " s each, interleaved\n");
        EventLoopGroup loops = Sockets.loops("load", 1);
        try (Contenders contenders = Contenders.start(haProxyVersion.isPresent(), daemonJar, daemonOptions)) {
            contenders.haProxyConfiguration().ifPresent(text -> System.out.println(text.indent(4)));
            return print(measure(contenders.list(), new Loads(loops, wrk)), contenders);
        } finally {
            loops.shutdownGracefully();
        }
    }

    private Report measure(List<Contender> contenders, Loads loads) throws IOException {
        Report report = new Report(contenders.stream().map(Contender::name).toList());
        for (Workload workload : only) {
            for (Contender contender : contenders) {
                workload.measure(contender, loads, Duration.ofSeconds(warmUpSeconds));
            }
        }
        for (int round = 1; round <= rounds; round++) {
            for (Workload workload : only) {
                for (Contender contender : contenders) {
                    Measurement measured = workload.measure(contender, loads, Duration.ofSeconds(seconds));
                    report.add(workload, contender.name(), measured);
                    System.err.printf(
                            Locale.ROOT,
                            "round %d  %-14s %-13s %s %s%n",
                            round,
                            workload,
                            contender.name(),
                            Spread.number(measured.rate()),
                            workload.unit.rate);
                }
            }
        }
        return report;
    }

    private static int print(Report report, Contenders contenders) {
        System.out.println(report.rates());
        String latencies = report.latencies().toString();
        if (latencies.lines().count() > 2) {
            System.out.println(latencies);
        }
        System.out.println(report.processorTime());
        Optional<String> errors = report.errors();
        System.out.print(errors.map(text -> text + "\n" + contenders.output()).orElse("no errors\n"));
        return errors.isPresent() ? 1 : 0;
    }
}
