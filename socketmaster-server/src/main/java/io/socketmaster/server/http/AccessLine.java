package io.socketmaster.server.http;

import java.util.Locale;

/**
 * The log line of an exchange: always one line, always the same order, so that a person can scan it and {@code awk} can
 * cut it.
 *
 * <pre>
 * http GET a.example.com /orders/7 200 in=0 out=1532 ms=12.3 service=orders end=complete
 * http POST a.example.com /orders 502 in=120 out=98 ms=3.0 service=orders end=own-answer reason="the session was lost"
 * </pre>
 *
 * Empty values are {@code -}. What a client chose is cut to {@value #MAX_VALUE} characters, and everything but printable ASCII
 * in it, spaces, quotes and backslashes is escaped as {@code \xHH} or {@code \}{@code uHHHH}. JDK only; pure.
 */
public final class AccessLine {
    static final int MAX_VALUE = 200;
    private static final int MAX_METHOD = 32;

    private AccessLine() {}

    /** The line of {@code summary}, without a line end. */
    public static String of(ExchangeSummary summary) {
        StringBuilder line = new StringBuilder(160);
        line.append("http ");
        append(line, summary.method(), MAX_METHOD, false);
        line.append(' ');
        append(line, summary.host(), MAX_VALUE, false);
        line.append(' ');
        append(line, summary.path(), MAX_VALUE, false);
        line.append(' ').append(summary.status() == 0 ? "-" : Integer.toString(summary.status()));
        line.append(" in=").append(summary.requestBytes());
        line.append(" out=").append(summary.responseBytes());
        line.append(" ms=").append(String.format(Locale.ROOT, "%.1f", summary.nanos() / 1e6));
        line.append(" service=");
        append(line, summary.service(), MAX_VALUE, false);
        line.append(" end=")
                .append(summary.end().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (!summary.reason().isEmpty()) {
            line.append(" reason=\"");
            append(line, summary.reason(), MAX_VALUE, true);
            line.append('"');
        }
        return line.toString();
    }

    private static void append(StringBuilder line, String value, int max, boolean spaces) {
        if (value.isEmpty()) {
            line.append('-');
            return;
        }
        int length = Math.min(value.length(), max);
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if ((c > ' ' && c < 0x7f && c != '"' && c != '\\') || (c == ' ' && spaces)) {
                line.append(c);
            } else if (c <= 0xff) {
                line.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            } else {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            }
        }
        if (value.length() > max) {
            line.append("...");
        }
    }
}
