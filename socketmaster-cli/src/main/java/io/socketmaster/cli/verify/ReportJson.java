package io.socketmaster.cli.verify;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;

/** A {@link Report} for programs: one JSON object on one line; times are milliseconds. Pure. */
public final class ReportJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private ReportJson() {}

    public static String of(Report report) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("url", report.url());
        root.put("method", report.method().name());
        root.put("rate", report.rate());
        root.put("connections", report.connections());
        root.put("sent", report.sent());
        root.put("answered", report.answered());
        ObjectNode statuses = root.putObject("statuses");
        report.statuses().forEach((status, count) -> statuses.put(String.valueOf(status), count));
        root.put("lost", report.lost());
        ObjectNode losses = root.putObject("losses");
        report.losses().forEach((kind, count) -> losses.put(kind.key(), count));
        report.firstLoss().ifPresent(first -> {
            ObjectNode node = root.putObject("firstLoss");
            node.put("kind", first.kind().key());
            node.put("dueMs", millis(first.due()));
            node.put("detail", first.detail());
        });
        root.put("retried", report.retried());
        root.put("longestWaitMs", millis(report.longestWait()));
        root.put("longestWaitDueMs", millis(report.longestWaitDue()));
        root.put("p50Ms", millis(report.median()));
        root.put("p99Ms", millis(report.p99()));
        root.put("commandExit", report.commandExit());
        root.put("commandMs", millis(report.commandTook()));
        root.put("exit", report.exitCode());
        return root.toString();
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e3) / 1e3;
    }
}
