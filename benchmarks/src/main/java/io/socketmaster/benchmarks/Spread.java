package io.socketmaster.benchmarks;

import java.util.Locale;

/** Median and extremes of the rounds; how they are written. */
public record Spread(double median, double min, double max) {
    /** @param values at least one, in any order */
    public static Spread of(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** {@code 52.1k (50.9k–53.0k)}. */
    @Override
    public String toString() {
        return min == max ? number(median) : number(median) + " (" + number(min) + "–" + number(max) + ")";
    }

    /** Three digits that mean something, thousands as {@code k}; a dash for a share of nothing. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (value >= 1_000) {
            return number(value / 1_000) + "k";
        }
        int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
