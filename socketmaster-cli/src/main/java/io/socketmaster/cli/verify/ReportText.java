package io.socketmaster.cli.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A {@link Report} for people: a name, a value, and what it means. Pure. */
public final class ReportText {
    private static final long MILLIS_PER_SECOND = 1_000;

    private ReportText() {}

    /** One line each, without line ends. */
    public static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        lines.add(row("sent", count(report.sent()), report.method() + " " + report.url()));
        lines.add(row("answered", count(report.answered()), statuses(report)));
        lines.add(row("lost", count(report.lost()), ""));
        for (Loss kind : Loss.values()) {
            long lost = report.losses().get(kind);
            if (lost > 0) {
                lines.add(row("", count(lost), kind.words()));
            }
        }
        report.firstLoss()
                .ifPresent(first -> lines.add(row("first lost", "", when(first.due()) + ": " + first.detail())));
        lines.add(row(
                "retried",
                count(report.retried()),
                report.retried() == 0 ? "" : "sent again: the idle connection was closed just then"));
        if (report.answered() > 0) {
            lines.add(row("longest wait", time(report.longestWait()), when(report.longestWaitDue())));
            lines.add(row("median", time(report.median()), ""));
            lines.add(row("99 %", time(report.p99()), ""));
        }
        lines.add(row(
                "command",
                "exit " + report.commandExit(),
                report.commandDetail().isEmpty() ? "after " + time(report.commandTook()) : report.commandDetail()));
        return lines;
    }

    private static String row(String name, String value, String meaning) {
        return String.format(Locale.ROOT, "%-13s %10s  %s", name, value, meaning)
                .stripTrailing();
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String statuses(Report report) {
        return report.statuses().entrySet().stream()
                .map(entry -> "status " + entry.getKey() + ": " + count(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String when(Duration afterCommandStart) {
        return afterCommandStart.isNegative()
                ? "due " + time(afterCommandStart.negated()) + " before the command began"
                : "due " + time(afterCommandStart) + " after the command began";
    }

    /** Three digits are enough for people. */
    static String time(Duration time) {
        double millis = time.toNanos() / 1e6;
        if (millis >= MILLIS_PER_SECOND) {
            return String.format(Locale.ROOT, "%.2f s", millis / MILLIS_PER_SECOND);
        }
        return String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis);
    }
}
