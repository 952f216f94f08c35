package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Warms contenders up and measures them in turns, one measurement after the other. Confined to one thread. */
final class Comparison {
    private static final Duration WARM_UP_STEP = Duration.ofMillis(500);
    /** For those that run in no JVM. */
    private static final Duration SHORT_STEP = Duration.ofMillis(200);

    /** Times as long as wanted, where compilers are not done by then. */
    private static final int WARM_UP_MOST = 3;

    private static final Duration TOP_RATE_TIME = Duration.ofSeconds(2);

    private final List<Contender> contenders;
    private final List<Workload> workloads;
    private final Loads loads;

    Comparison(List<Contender> contenders, List<Workload> workloads, Loads loads) {
        this.contenders = contenders;
        this.workloads = workloads;
        this.loads = loads;
    }

    /**
     * Loads each contender with all rows in turns until that has taken so long and compilers are done; at most three times as
     * long. Those that run in no JVM get one short pass.
     */
    void warmUp(Duration time) throws IOException {
        if (time.isZero()) {
            return;
        }
        for (Contender contender : contenders) {
            List<Workload> offered = workloads.stream()
                    .filter(workload -> workload.isOffered(contender.endpoints()))
                    .toList();
            Duration step = contender.runsInJvm() ? WARM_UP_STEP : SHORT_STEP;
            Settling settling = new Settling();
            long passes = 0;
            do {
                settling.beginPass();
                for (Workload workload : offered) {
                    Measurement measured = workload.measure(contender, loads, step);
                    settling.add(workload, measured.cost());
                    tell("warm-up", workload, contender, Spread.number(workload.unit.of(measured)));
                }
                passes++;
            } while (contender.runsInJvm() && !isWarm(settling, step.multipliedBy(passes * offered.size()), time));
        }
    }

    private static boolean isWarm(Settling settling, Duration taken, Duration wanted) {
        boolean enough = taken.compareTo(wanted) >= 0;
        return enough && (settling.isSettled() || taken.compareTo(wanted.multipliedBy(WARM_UP_MOST)) >= 0);
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
