package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Warms contenders up and measures them in turns, one measurement after the other. Confined to one thread. */
final class Comparison {
    /** What runs in no JVM has nothing to compile. */
    private static final int NATIVE_SHARE = 10;

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private static final Duration TOP_RATE_TIME = Duration.ofSeconds(3);

    private final List<Contender> contenders;
    private final List<Workload> workloads;
    private final Loads loads;

    Comparison(List<Contender> contenders, List<Workload> workloads, Loads loads) {
        this.contenders = contenders;
        this.workloads = workloads;
        this.loads = loads;
    }

    /** Loads each contender with all rows, for so long together; a second for each row at least. */
    void warmUp(Duration time) throws IOException {
        if (time.isZero()) {
            return;
        }
        for (Contender contender : contenders) {
            Duration share = contender.runsInJvm() ? time : time.dividedBy(NATIVE_SHARE);
            Duration each = share.dividedBy(workloads.size());
            for (Workload workload : workloads) {
                if (workload.isOffered(contender.endpoints())) {
                    tell("warm-up", workload, contender, "");
                    workload.measure(contender, loads, wholeSeconds(each));
                }
            }
        }
    }

    private static Duration wholeSeconds(Duration time) {
        return time.compareTo(SHORTEST) < 0 ? SHORTEST : Duration.ofSeconds(time.toSeconds());
    }

    /**
     * Measures.
     *
     * @param time of one measurement
     * @param rate of the row with a fixed rate; empty: half of what HAProxy reaches
     */
    Report run(int rounds, Duration time, Optional<Double> rate) throws IOException {
        Loads atRate = workloads.contains(Workload.LATENCY) ? loads.withFixedRate(fixedRate(rate)) : loads;
        Report report = new Report(contenders.stream().map(Contender::kind).toList());
        for (int round = 1; round <= rounds; round++) {
            for (Workload workload : workloads) {
                for (Contender contender : contenders) {
                    if (workload.isOffered(contender.endpoints())) {
                        Measurement measured = workload.measure(contender, atRate, time);
                        report.add(workload, contender.kind(), measured);
                        tell("round " + round, workload, contender, Spread.number(workload.unit.of(measured)));
                    }
                }
            }
        }
        return report;
    }

    private double fixedRate(Optional<Double> given) throws IOException {
        if (given.isPresent()) {
            return given.get();
        }
        Contender reference = contenders.stream()
                .filter(contender -> contender.kind() == ContenderKind.HAPROXY)
                .findFirst()
                .orElse(contenders.get(0));
        Measurement top = Workload.KEEP_ALIVE.measure(reference, loads, TOP_RATE_TIME);
        double rate = top.rate() / 2;
        System.out.printf(
                Locale.ROOT, "the fixed rate is half of %s's: %.0f requests/s%n", reference.kind().title, rate);
        return rate;
    }

    private static void tell(String when, Workload workload, Contender contender, String figure) {
        System.err.printf(
                Locale.ROOT,
                "%-8s %-15s %-13s %s %s%n",
                when,
                workload,
                contender.kind().title,
                figure,
                figure.isEmpty() ? "" : workload.unit.name);
    }
}
