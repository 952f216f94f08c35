package io.socketmaster.benchmarks.own;

import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.Table;
import io.socketmaster.benchmarks.Target;
import java.util.List;

/**
 * One figure of the daemon alone.
 *
 * @param title what it is
 * @param unit of the spread and of the target
 * @param value over the rounds
 * @param target what its median shall be
 * @param detail what else should be known; may be empty
 * @param errors what failed meanwhile
 */
public record Figure(String title, String unit, Spread value, Target target, String detail, long errors) {
    /** All of them, each with its verdict. */
    public static Table table(List<Figure> figures) {
        Table table = new Table(List.of("socketmaster alone", "unit", "figure", "target", "", "remarks"));
        for (Figure figure : figures) {
            table.add(List.of(
                    figure.title,
                    figure.unit,
                    figure.value.toString(),
                    figure.target.toString(),
                    figure.target.verdict(figure.value.median()),
                    figure.detail + (figure.errors > 0 ? "; " + figure.errors + " ERRORS" : "")));
        }
        return table;
    }
}
