package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.Table;
import io.socketmaster.benchmarks.load.HttpResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Everything that was measured of all contenders, and the tables that are made of it. Ratios are taken within a round, in
 * which what else the machine does is most alike, and then their median. Confined to one thread.
 */
final class Report {
    private static final ContenderKind US = ContenderKind.SOCKETMASTER;
    private static final String NOTHING = "–";

    private final List<ContenderKind> contenders;
    private final Map<Workload, Map<ContenderKind, List<Measurement>>> measurements = new EnumMap<>(Workload.class);

    /** @param contenders in the order of the columns */
    Report(List<ContenderKind> contenders) {
        this.contenders = List.copyOf(contenders);
    }

    /** Adds one; every round adds one for each workload and each contender that offers it. */
    void add(Workload workload, ContenderKind contender, Measurement measurement) {
        measurements
                .computeIfAbsent(workload, w -> new EnumMap<>(ContenderKind.class))
                .computeIfAbsent(contender, c -> new ArrayList<>())
                .add(measurement);
    }

    private Optional<List<Measurement>> rounds(Workload workload, ContenderKind contender) {
        return Optional.ofNullable(measurements.get(workload)).map(byContender -> byContender.get(contender));
    }

    /** Our figure as a share of another contender's, within each round; empty if one of both has none. */
    Optional<Spread> ratio(Workload workload, ContenderKind other) {
        return ratio(workload, workload, other);
    }

    /** The same of the direct figure; where the service has none of its own, of the row that stands for it. */
    Optional<Spread> shareOfDirect(Workload workload) {
        return ratio(workload, workload.yardstick(), ContenderKind.DIRECT);
    }

    private Optional<Spread> ratio(Workload workload, Workload yardstick, ContenderKind other) {
        return rounds(workload, US)
                .flatMap(ours -> rounds(yardstick, other).map(theirs -> {
                    double[] ratios = new double[Math.min(ours.size(), theirs.size())];
                    for (int round = 0; round < ratios.length; round++) {
                        ratios[round] = workload.unit.of(ours.get(round)) / yardstick.unit.of(theirs.get(round));
                    }
                    return Spread.of(ratios);
                }));
    }

    /** Medians with extremes, our shares of the others, and what was wanted. */
    Table figures() {
        List<ContenderKind> others = contenders.contains(US)
                ? contenders.stream().filter(kind -> kind != US).toList()
                : List.of();
        boolean judged = others.contains(ContenderKind.HAPROXY);
        List<String> heads = new ArrayList<>(List.of("work", "unit"));
        contenders.forEach(kind -> heads.add(kind.title));
        others.forEach(other -> heads.add("÷ " + other.title));
        if (judged) {
            heads.addAll(List.of("target ÷ HAProxy", ""));
        }
        Table table = new Table(heads);
        for (Workload workload : measurements.keySet()) {
            List<String> row = new ArrayList<>(List.of(workload.title, workload.unit.name));
            contenders.forEach(kind -> row.add(cell(workload, kind, workload.unit::of)));
            others.forEach(other ->
                    row.add(ratio(workload, other).map(Spread::toString).orElse(NOTHING)));
            if (judged) {
                row.add(workload.target().toString());
                row.add(ratio(workload, ContenderKind.HAPROXY)
                        .map(ratio -> workload.target().verdict(ratio.median()))
                        .orElse(NOTHING));
            }
            table.add(row);
        }
        return table;
    }

    private String cell(Workload workload, ContenderKind contender, ToDoubleFunction<Measurement> value) {
        return rounds(workload, contender)
                .map(rounds -> spread(rounds, value).toString())
                .orElse(NOTHING);
    }

    private static Spread spread(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
        return Spread.of(rounds.stream().mapToDouble(value).toArray());
    }

    /** How long requests took: at the fixed rate, and under the load of the other rows. Empty if no row tells it. */
    Optional<Table> latencies() {
        List<String> heads = new ArrayList<>(List.of("work", "ms"));
        contenders.forEach(kind -> heads.add(kind.title));
        Table table = new Table(heads);
        boolean any = false;
        for (Workload workload : measurements.keySet()) {
            boolean told = measurements.get(workload).values().stream()
                    .flatMap(List::stream)
                    .anyMatch(measurement -> measurement.latency().isPresent());
            if (told) {
                table.add(latencyRow(workload, "p50", HttpResult.Latency::p50));
                table.add(latencyRow(workload, "p99", HttpResult.Latency::p99));
                any = true;
            }
        }
        return any ? Optional.of(table) : Optional.empty();
    }

    private List<String> latencyRow(
            Workload workload, String percentile, Function<HttpResult.Latency, Duration> value) {
        List<String> row = new ArrayList<>(List.of(workload.title, percentile));
        for (ContenderKind kind : contenders) {
            row.add(cell(
                    workload,
                    kind,
                    measurement ->
                            value.apply(measurement.latency().orElseThrow()).toNanos() / 1e6));
        }
        return row;
    }

    /** Seconds of processor time of proxy and service, for 1,000,000 requests or 10⁹ bytes; medians. */
    Table processorTime() {
        List<String> heads = new ArrayList<>(List.of("work", "CPU seconds per"));
        contenders.forEach(kind -> heads.add(processes(kind)));
        Table table = new Table(heads);
        for (Workload workload : measurements.keySet()) {
            List<String> row = new ArrayList<>(List.of(workload.title, workload.unit.portionName));
            for (ContenderKind kind : contenders) {
                row.add(rounds(workload, kind)
                        .map(rounds -> processorTime(kind, rounds, workload.unit.portion))
                        .orElse(NOTHING));
            }
            table.add(row);
        }
        return table;
    }

    private static String processorTime(ContenderKind kind, List<Measurement> rounds, double portion) {
        Spread proxy = spread(rounds, m -> m.used().proxyCpuSeconds() / m.amount() * portion);
        Spread service = spread(rounds, m -> m.used().serviceCpuSeconds() / m.amount() * portion);
        return pair(kind, Spread.number(proxy.median()), Spread.number(service.median()));
    }

    /** The most resident memory of each process, in MiB. */
    static Table peakMemory(List<Contender> contenders) {
        List<String> heads = new ArrayList<>(List.of("MiB"));
        List<String> row = new ArrayList<>(List.of("peak of resident memory"));
        for (Contender contender : contenders) {
            Contender.PeakMemory peak = contender.peakMemory();
            heads.add(processes(contender.kind()));
            row.add(pair(contender.kind(), Long.toString(peak.proxy() >> 20), Long.toString(peak.service() >> 20)));
        }
        Table table = new Table(heads);
        table.add(row);
        return table;
    }

    private static String processes(ContenderKind kind) {
        return kind == ContenderKind.DIRECT ? "service" : kind.title + " + service";
    }

    private static String pair(ContenderKind kind, String proxy, String service) {
        return kind == ContenderKind.DIRECT ? service : proxy + " + " + service;
    }

    /** What went wrong, a line for each workload and contender; empty if nothing did. */
    Optional<String> errors() {
        StringBuilder lines = new StringBuilder();
        measurements.forEach((workload, byContender) -> byContender.forEach((kind, rounds) -> {
            long errors = rounds.stream().mapToLong(Measurement::errors).sum();
            boolean nothing = rounds.stream().anyMatch(m -> m.amount() == 0);
            if (errors > 0 || nothing) {
                lines.append(kind.title + ": " + errors + " errors in \"" + workload.title + "\""
                        + (nothing ? ", and a round in which nothing came" : "") + "\n");
            }
        }));
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.toString());
    }
}
