package io.socketmaster.server.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them, on the command line and in requests: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, or
 * ISO 8601 ({@code PT30S}).
 */
public final class DurationText {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,12})(ms|s|m|h)");

    /** Far beyond use, and within what every clock and timer can count in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private DurationText() {}

    /** @throws IllegalArgumentException if {@code text} is no duration, negative, or longer than a year */
    public static Duration parse(String text) {
        Duration duration;
        try {
            Matcher matcher = SHORT.matcher(text.toLowerCase(Locale.ROOT));
            duration =
                    matcher.matches() ? of(Long.parseLong(matcher.group(1)), matcher.group(2)) : Duration.parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration; write 500ms, 30s, 2m, 1h or PT30S", e);
        }
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("'" + text + "' is not between 0s and a year");
        }
        return duration;
    }

    private static Duration of(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }
}
