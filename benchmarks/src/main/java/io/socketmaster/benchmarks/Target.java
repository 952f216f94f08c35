package io.socketmaster.benchmarks;

import java.util.Locale;

/**
 * What our ratio to HAProxy shall be, or a figure of our own.
 *
 * @param bound the worst that is good enough
 * @param atMost whether less is better
 */
public record Target(double bound, boolean atMost) {
    public static Target atLeast(double bound) {
        return new Target(bound, /* atMost= */ false);
    }

    public static Target atMost(double bound) {
        return new Target(bound, /* atMost= */ true);
    }

    public boolean isMetBy(double value) {
        return atMost ? value <= bound : value >= bound;
    }

    /** {@code met} or {@code not met}; a figure that could not be had is neither. */
    public String verdict(double value) {
        return Double.isFinite(value) ? (isMetBy(value) ? "met" : "not met") : Spread.number(value);
    }

    /** {@code ≥ 1.2}. */
    @Override
    public String toString() {
        String number = bound == Math.rint(bound) && bound >= 10
                ? String.format(Locale.ROOT, "%,.0f", bound)
                : Double.toString(bound);
        return (atMost ? "≤ " : "≥ ") + number;
    }
}
