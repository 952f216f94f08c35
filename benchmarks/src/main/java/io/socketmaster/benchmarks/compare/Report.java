package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Everything that was measured, and the tables that are made of it. Ratios are taken within a round, in which what else
 * the machine does is most alike, and then their median. Confined to one thread.
 */
final class Report {
    private static final String US = "socketmaster";

    private final List<String> contenders;
    private final Map<Workload, Map<String, List<Measurement>>> measurements = new EnumMap<>(Workload.class);

    /** @param contenders their names, in the order of the columns */
    Report(List<String> contenders) {
        this.contenders = contenders;
    }

    /** Adds one; every round adds one for each workload and contender. */
    void add(Workload workload, String contender, Measurement measurement) {
        measurements
                .computeIfAbsent(workload, w -> new LinkedHashMap<>())
                .computeIfAbsent(contender, c -> new ArrayList<>())
                .add(measurement);
    }

    /** Rates, with ours as a share of each other's. */
    Table rates() {
        List<String> others =
                contenders.stream().filter(name -> !name.equals(US)).toList();
        List<String> heads = new ArrayList<>(List.of("work", "unit"));
        heads.addAll(contenders);
        others.forEach(other -> heads.add(US + " / " + other));
        Table table = new Table(heads);
        measurements.forEach((workload, byContender) -> {
            List<String> row = new ArrayList<>(List.of(workload.title, workload.unit.rate));
            contenders.forEach(name -> row.add(spread(byContender.get(name), Measurement::rate)));
            others.forEach(other -> row.add(ratio(byContender.get(US), byContender.get(other))));
            table.add(row);
        });
        return table;
    }

    private static String spread(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
        return Spread.of(rounds.stream().mapToDouble(value).toArray()).toString();
    }

    private static String ratio(List<Measurement> ours, List<Measurement> theirs) {
        double[] ratios = new double[ours.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = ours.get(round).rate() / theirs.get(round).rate();
        }
        return Spread.of(ratios).toString();
    }

    /** How long requests took, under this load and not at a fixed rate. */
    Table latencies() {
        List<String> heads = new ArrayList<>(List.of("work", "ms"));
        heads.addAll(contenders);
        Table table = new Table(heads);
        measurements.forEach((workload, byContender) -> {
            if (workload.unit == Workload.Unit.REQUESTS) {
                table.add(latencyRow(workload, byContender, "p50", Measurement.Latency::p50));
                table.add(latencyRow(workload, byContender, "p99", Measurement.Latency::p99));
            }
        });
        return table;
    }

    private List<String> latencyRow(
            Workload workload,
            Map<String, List<Measurement>> byContender,
            String percentile,
            java.util.function.Function<Measurement.Latency, Duration> value) {
        List<String> row = new ArrayList<>(List.of(workload.title, percentile));
        for (String name : contenders) {
            row.add(spread(
                    byContender.get(name),
                    m -> value.apply(m.latency().orElseThrow()).toNanos() / 1e6));
        }
        return row;
    }

    /** Seconds of processor time of proxy and service, for 100,000 requests or 10⁹ bytes. */
    Table processorTime() {
        List<String> heads = new ArrayList<>(List.of("work", "CPU seconds per"));
        contenders.forEach(name -> {
            if (!name.equals("direct")) {
                heads.add(name);
            }
            heads.add("service: " + name);
        });
        Table table = new Table(heads);
        measurements.forEach((workload, byContender) -> {
            List<String> row = new ArrayList<>(List.of(workload.title, workload.unit.portionName));
            for (String name : contenders) {
                List<Measurement> rounds = byContender.get(name);
                if (!name.equals("direct")) {
                    row.add(spread(rounds, m -> m.proxyCpuSeconds() / m.amount() * workload.unit.portion));
                }
                row.add(spread(rounds, m -> m.serviceCpuSeconds() / m.amount() * workload.unit.portion));
            }
            table.add(row);
        });
        return table;
    }

    /** What went wrong, a line for each workload and contender; empty if nothing did. */
    Optional<String> errors() {
        StringBuilder lines = new StringBuilder();
        measurements.forEach((workload, byContender) -> byContender.forEach((name, rounds) -> {
            long errors = rounds.stream().mapToLong(Measurement::errors).sum();
            boolean nothing = rounds.stream().anyMatch(m -> m.amount() == 0);
            if (errors > 0 || nothing) {
                lines.append(name + ": " + errors + " errors in \"" + workload.title + "\""
                        + (nothing ? ", and a round in which nothing came" : "") + "\n");
            }
        }));
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.toString());
    }
}
