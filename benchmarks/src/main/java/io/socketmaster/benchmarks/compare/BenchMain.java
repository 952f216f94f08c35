package io.socketmaster.benchmarks.compare;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.MachineFacts;
import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.load.HandshakeLoad;
import io.socketmaster.benchmarks.own.Figure;
import io.socketmaster.benchmarks.own.OwnFigures;
import io.socketmaster.benchmarks.own.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
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
        usageHelpWidth = 100,
        description = {
            "The same service directly, behind HAProxy, behind nginx and behind socketmaster, under the same load in turns;"
                    + " then what is measured of socketmaster alone.",
            "Prints medians over the rounds with their extremes, as Markdown, and progress on standard error. Takes about"
                    + " five minutes, and one more where all has to be built first. Only loopback addresses are used."
        },
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:All was measured. Targets that are not met are no error.",
            "1:A request or a connection failed; with --smoke also: a row became too slow.",
            "2:Wrong usage, or a program is missing."
        },
        footerHeading = "%nMicro-benchmarks:%n",
        footer = "  bin/bench --jmh [PATTERN]   runs those whose names match; -h shows JMH's options")
public final class BenchMain implements Callable<Integer> {
    /** Of the row with a fixed rate, before that is known. */
    private static final double WARM_UP_RATE = 10_000;

    private static final double SHORTEST_SECONDS = 0.1;
    private static final double MILLIS_PER_SECOND = 1e3;

    private static final Set<ContenderKind> OF_SMOKE = EnumSet.of(ContenderKind.DIRECT, ContenderKind.SOCKETMASTER);

    @Option(
            names = "--smoke",
            description =
                    "About a minute: the service directly and behind socketmaster, compared with what was recorded."
                            + " Fails if a row has less than half of its recorded share of the direct rate.")
    private boolean smoke;

    @Option(names = "--long", description = "About an hour: 15 rounds of 4 seconds, warm-up 60.")
    private boolean isLong;

    @Option(names = "--rounds", description = "Rounds, each of all rows and columns. Default: 5; with --smoke 3")
    private Optional<Integer> rounds = Optional.empty();

    @Option(names = "--seconds", description = "Length of one measurement. Default: 0.5")
    private Optional<Double> seconds = Optional.empty();

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description =
                    "Load on each column before the first round, spread over the rows, and up to three times as much"
                            + " until the compilers of JVMs are done; a moment for those without one. Default: 20;"
                            + " with --smoke 10")
    private Optional<Integer> warmUpSeconds = Optional.empty();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ROW",
            completionCandidates = RowNames.class,
            description = "Rows to measure: ${COMPLETION-CANDIDATES}. Default: all")
    private List<String> only = List.of();

    @Option(
            names = "--contenders",
            split = ",",
            paramLabel = "NAME",
            completionCandidates = ContenderNames.class,
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

    @Option(
            names = "--start-command",
            paramLabel = "FILE",
            description = "The command whose start is measured. Default: none, and the row is left out")
    private Optional<Path> startCommand = Optional.empty();

    @Spec
    private CommandSpec spec;

    static final class RowNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Rows.names().iterator();
        }
    }

    static final class ContenderNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return EnumSet.allOf(ContenderKind.class).stream().map(Rows::name).iterator();
        }
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException, GeneralSecurityException {
        Guard guard = Guard.load();
        Rows rows = rows(guard);
        requirePrograms(rows);
        Plan plan = plan();
        Set<ContenderKind> kinds = rows.compared().isEmpty() ? Set.of() : contendersWanted();
        System.out.println(MachineFacts.describe());
        kinds.forEach(
                kind -> System.out.println(kind.title + ": " + kind.version().orElseThrow()));
        System.out.println(
                plan.rounds() + " rounds of " + Spread.number(plan.time().toMillis() / MILLIS_PER_SECOND)
                        + " s for every row and column, in turns; load, proxies and service share the cores\n");
        EventLoopGroup loops = Sockets.loops("load", 1);
        try {
            boolean compared = rows.compared().isEmpty() || compare(rows, kinds, plan, loops, guard);
            boolean measured = rows.own().isEmpty() || print(new OwnFigures(plan, loops).measure(rows.own()));
            return compared && measured ? 0 : 1;
        } finally {
            loops.shutdownGracefully();
        }
    }

    private Rows rows(Guard guard) {
        try {
            Rows chosen = only.isEmpty() ? Rows.ALL : Rows.of(only);
            return smoke && only.isEmpty() ? new Rows(guard.workloads(), Set.of()) : chosen;
        } catch (IllegalArgumentException e) {
            throw wrongUsage(e.getMessage());
        }
    }

    private Plan plan() {
        if (smoke && isLong) {
            throw wrongUsage("--smoke or --long, not both");
        }
        Length length = smoke ? Length.SMOKE : isLong ? Length.LONG : Length.USUAL;
        int inRounds = rounds.orElse(length.rounds);
        double inSeconds = seconds.orElse(length.seconds);
        int warmUp = warmUpSeconds.orElse(length.warmUpSeconds);
        if (inRounds < 1 || !(inSeconds >= SHORTEST_SECONDS) || warmUp < 0) {
            throw wrongUsage("at least one round, measurements of " + SHORTEST_SECONDS
                    + " s and longer, and a warm-up of no less than 0");
        }
        return new Plan(
                inRounds,
                Duration.ofMillis((long) (inSeconds * MILLIS_PER_SECOND)),
                Duration.ofSeconds(warmUp),
                daemonJar,
                daemonOptions,
                startCommand);
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void requirePrograms(Rows rows) {
        for (Program program : Program.values()) {
            if (rows.need(program) && !program.isInstalled()) {
                throw wrongUsage(
                        program.command + " is missing; install it with: apt-get install " + program.debianPackage);
            }
        }
    }

    private Set<ContenderKind> contendersWanted() {
        Set<ContenderKind> wanted = smoke ? EnumSet.copyOf(OF_SMOKE) : EnumSet.allOf(ContenderKind.class);
        if (!contenders.isEmpty()) {
            wanted = EnumSet.copyOf(contenders);
        }
        for (ContenderKind kind : ContenderKind.values()) {
            if (wanted.contains(kind) && kind.version().isEmpty()) {
                String missing = kind.title + " is missing; install it with: apt-get install " + kind.packages();
                if (!contenders.isEmpty()) {
                    throw wrongUsage(missing);
                }
                System.out.println(missing);
                wanted.remove(kind);
            }
        }
        return wanted;
    }

    /** @return whether all went well */
    private boolean compare(Rows rows, Set<ContenderKind> kinds, Plan plan, EventLoopGroup loops, Guard guard)
            throws IOException, InterruptedException, GeneralSecurityException {
        try (HandshakeLoad handshakes = new HandshakeLoad();
                Contenders running = Contenders.start(kinds, daemonJar, daemonOptions)) {
            Loads loads = new Loads(loops, handshakes, WARM_UP_RATE);
            Comparison comparison = new Comparison(running.list(), rows.compared(), loads);
            comparison.warmUp(plan.warmUp());
            Report report = comparison.run(plan.rounds(), plan.time(), rate);
            print(report, running);
            boolean good = print(report.errors(), running);
            return smoke ? good && isFastEnough(guard, report, plan, running, loads) : good;
        }
    }

    /** Rows that are too slow are measured once more: a moment in which something else had the machine is no reason to fail. */
    private boolean isFastEnough(Guard guard, Report report, Plan plan, Contenders running, Loads loads)
            throws IOException {
        Guard.Result first = guard.judge(report::shareOfDirect);
        System.out.println(first.table());
        if (first.tooSlow().isEmpty()) {
            return true;
        }
        List<Workload> again = guard.withYardsticks(first.tooSlow());
        Comparison comparison = new Comparison(running.list(), again, loads);
        comparison.warmUp(plan.warmUp());
        Guard.Result second = guard.judge(comparison.run(plan.rounds() * 2, plan.time(), rate)::shareOfDirect);
        System.out.println("those that seemed too slow, once more:\n\n" + second.table());
        second.tooSlow()
                .forEach(row -> System.out.println("TOO SLOW: " + Rows.name(row)
                        + " has less than half of the recorded share of the direct rate"));
        return second.tooSlow().isEmpty();
    }

    private static void print(Report report, Contenders contenders) {
        System.out.println(report.figures());
        report.latencies().ifPresent(System.out::println);
        System.out.println(report.processorTime());
        System.out.println(Report.peakMemory(contenders.list()));
    }

    private static boolean print(Optional<String> errors, Contenders contenders) {
        errors.ifPresent(text -> System.out.println(text + "\n" + contenders.output()));
        return errors.isEmpty();
    }

    private static boolean print(List<Figure> figures) {
        System.out.println(Figure.table(figures));
        return figures.stream().allMatch(figure -> figure.errors() == 0);
    }
}
