package io.socketmaster.cli.proxy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go programs read them: {@code 60s}, {@code 1m30s}, {@code 1.5h}, {@code 100ms}, {@code 0}; a bare number counts nanoseconds. */
final class GoDuration {
    private static final Pattern PART = Pattern.compile("(\\d{1,12}(?:\\.\\d{0,9})?)(ns|us|µs|ms|s|m|h)");
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + "){1,8}");
    private static final Pattern NANOS = Pattern.compile("\\d{1,18}");
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    /** Far beyond use, and within what every clock and timer can count in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private GoDuration() {}

    /** @throws IllegalArgumentException if {@code text} is no duration, negative, or longer than a year */
    static Duration parse(String text) {
        if (NANOS.matcher(text).matches()) {
            return checked(text, BigDecimal.valueOf(Long.parseLong(text)));
        }
        if (!WHOLE.matcher(text).matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a duration; write 100ms, 60s or 1m30s");
        }
        BigDecimal nanos = BigDecimal.ZERO;
        for (Matcher part = PART.matcher(text); part.find(); ) {
            String number = part.group(1);
            BigDecimal amount = new BigDecimal(number.endsWith(".") ? number + "0" : number);
            nanos = nanos.add(amount.multiply(BigDecimal.valueOf(UNITS.get(part.group(2)))));
        }
        return checked(text, nanos);
    }

    private static Duration checked(String text, BigDecimal nanos) {
        if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
            throw new IllegalArgumentException("'" + text + "' is longer than a year");
        }
        return Duration.ofNanos(nanos.setScale(0, RoundingMode.FLOOR).longValueExact());
    }
}
