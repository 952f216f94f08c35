package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.Table;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tells when we have become much slower, on whatever machine: our share of what the service does by itself in the same run,
 * beside the share that was recorded once.
 *
 * @param date of the record
 * @param recorded shares of the direct rate
 */
record Guard(String date, Map<Workload, Double> recorded) {
    /** Of the recorded share; noise alone does not go below. */
    private static final double LEAST = 0.5;

    private static final String DATE = "date";

    /** What is recorded in {@code recorded-ratios.properties}. */
    static Guard load() throws IOException {
        try (InputStream file = Guard.class.getResourceAsStream("recorded-ratios.properties");
                Reader text = new InputStreamReader(file, StandardCharsets.UTF_8)) {
            return read(text);
        }
    }

    /** @throws IllegalArgumentException if something in it is no row or no number */
    static Guard read(Reader text) throws IOException {
        Properties properties = new Properties();
        properties.load(text);
        Map<Workload, Double> recorded = new EnumMap<>(Workload.class);
        for (String name : properties.stringPropertyNames()) {
            if (!name.equals(DATE)) {
                Rows row = Rows.of(List.of(name));
                if (row.compared().isEmpty()) {
                    throw new IllegalArgumentException(name + " has no direct rate to be compared with");
                }
                recorded.put(row.compared().get(0), Double.parseDouble(properties.getProperty(name)));
            }
        }
        return new Guard(properties.getProperty(DATE, "an unknown date"), recorded);
    }

    /** Rows that are guarded, in their order. */
    List<Workload> workloads() {
        return List.copyOf(recorded.keySet());
    }

    /** These rows, and those whose direct rates stand for theirs; in their order. */
    List<Workload> withYardsticks(List<Workload> rows) {
        return Stream.concat(rows.stream(), rows.stream().map(Workload::yardstick))
                .distinct()
                .sorted()
                .toList();
    }

    /** @param shares of the direct rate, as they are now; empty if a row was not measured, which is then left out */
    Result judge(Function<Workload, Optional<Spread>> shares) {
        Table table = new Table(List.of("row", "share of direct", "recorded " + date, "least"));
        List<Workload> tooSlow = new ArrayList<>();
        recorded.forEach((workload, before) -> {
            double least = before * LEAST;
            shares.apply(workload).ifPresent(now -> {
                table.add(List.of(Rows.name(workload), now.toString(), Spread.number(before), Spread.number(least)));
                // What is not a number is no share either.
                if (!(now.median() >= least)) {
                    tooSlow.add(workload);
                }
            });
        });
        return new Result(table, tooSlow);
    }

    /** @param tooSlow rows with less than half of what was recorded; empty if all is well */
    record Result(Table table, List<Workload> tooSlow) {}
}
