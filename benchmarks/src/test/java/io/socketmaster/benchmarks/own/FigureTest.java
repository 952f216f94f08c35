package io.socketmaster.benchmarks.own;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static Figure rate(double median, long errors) {
        return new Figure(
                "registrations",
                "1/s",
                new Spread(median, median, median),
                Target.atLeast(2_000),
                "64 at once",
                errors);
    }

    @Test
    void eachFigureStandsBesideItsTarget() {
        assertThat(Figure.table(List.of(rate(2_500, 0), rate(1_500, 0)))
                        .toString()
                        .lines()
                        .skip(2))
                .satisfiesExactly(
                        enough -> assertThat(enough).contains("2.50k", "≥ 2,000", "| met "),
                        tooFew -> assertThat(tooFew).contains("1.50k", "≥ 2,000", "| not met "));
    }

    @Test
    void errorsAreToldInTheRow() {
        assertThat(Figure.table(List.of(rate(2_500, 3))).toString()).contains("64 at once; 3 ERRORS");
    }
}
