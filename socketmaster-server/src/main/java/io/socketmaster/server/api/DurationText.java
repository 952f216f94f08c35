package io.socketmaster.server.api;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations in requests: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, or ISO 8601 ({@code PT30S}). */
final class DurationText {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Duration LONGEST = Duration.ofDays(365);

    private DurationText() {}

    /** @throws ApiException {@code BAD_DURATION} if it is none, negative, or longer than a year */
    static Duration parse(String field, String text) throws ApiException {
        Duration duration;
        try {
            Matcher matcher = SHORT.matcher(text.toLowerCase(Locale.ROOT));
            duration =
                    matcher.matches() ? of(Long.parseLong(matcher.group(1)), matcher.group(2)) : Duration.parse(text);
        } catch (DateTimeException | ArithmeticException malformed) {
            throw ApiException.badRequest(
                    "BAD_DURATION", field + " '" + text + "' is not a duration; write 500ms, 30s, 2m, 1h or PT30S");
        }
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw ApiException.badRequest("BAD_DURATION", field + " '" + text + "' is not between 0s and a year");
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
