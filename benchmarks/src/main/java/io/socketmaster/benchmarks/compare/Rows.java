package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.own.OwnRow;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is measured: rows of all contenders, in their order, and rows of our own. Their names are those of the constants in lower
 * case with hyphens.
 */
record Rows(List<Workload> compared, Set<OwnRow> own) {
    static final Rows ALL = new Rows(List.of(Workload.values()), EnumSet.allOf(OwnRow.class));

    /**
     * The rows of these names.
     *
     * @throws IllegalArgumentException if there is no such row; the message has all
     */
    static Rows of(List<String> names) {
        List<String> unknown = new ArrayList<>(names);
        unknown.removeAll(names().toList());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("there is no row " + String.join(", ", unknown) + "; there are: "
                    + names().collect(Collectors.joining(", ")));
        }
        return new Rows(
                Stream.of(Workload.values())
                        .filter(row -> names.contains(name(row)))
                        .toList(),
                Stream.of(OwnRow.values())
                        .filter(row -> names.contains(name(row)))
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(OwnRow.class))));
    }

    /** All names, in their order. */
    static Stream<String> names() {
        return Stream.concat(Stream.of(Workload.values()), Stream.of(OwnRow.values()))
                .map(Rows::name);
    }

    /** {@code new-connection}. */
    static String name(Enum<?> row) {
        return row.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a row of these needs a program to be installed. */
    boolean need(Program program) {
        return compared.stream().anyMatch(row -> row.program == program)
                || (program == Program.WRK && own.stream().anyMatch(OwnRow::needsWrk));
    }
}
