package io.socketmaster.cli.verify;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came out of a {@link Verification}. Every request is counted once: {@code sent} is {@code answered} and {@code lost}
 * together. Waits are those of answered requests, from when they were due.
 *
 * @param statuses how many answers had each status; without 5xx, which are losses
 * @param losses how many were lost in each way
 * @param retried how many were sent twice, because their kept-alive connection was closed before any byte of an answer
 * @param longestWaitDue when the request with the longest wait was due, counted from the command's start
 * @param firstLoss the first that was lost
 * @param commandExit the command's exit code; 127 if it could not be started
 * @param commandDetail why it could not be started; else empty
 */
public record Report(
        String url,
        LoadPlan.Method method,
        int rate,
        int connections,
        long sent,
        long answered,
        SortedMap<Integer, Long> statuses,
        Map<Loss, Long> losses,
        long retried,
        Duration longestWait,
        Duration longestWaitDue,
        Duration median,
        Duration p99,
        Optional<FirstLoss> firstLoss,
        int commandExit,
        Duration commandTook,
        String commandDetail) {
    /** Nothing was lost and the command succeeded. */
    public static final int EXIT_OK = 0;
    /** At least one request was lost. */
    public static final int EXIT_LOST = 1;
    /** The command failed, whatever became of the requests. */
    public static final int EXIT_COMMAND_FAILED = 3;

    /**
     * A request that was lost.
     *
     * @param due when it was due, counted from the command's start
     * @param detail what was seen, in a line
     */
    public record FirstLoss(Loss kind, Duration due, String detail) {}

    static Report of(LoadPlan plan, Tally tally, long commandStartNanos, CommandRun.Outcome command) {
        Map<Loss, Long> losses = new EnumMap<>(Loss.class);
        for (Loss kind : Loss.values()) {
            losses.put(kind, tally.lossesOf(kind));
        }
        return new Report(
                plan.target().url(),
                plan.method(),
                plan.rate(),
                plan.connections(),
                tally.sentSoFar(),
                tally.answeredSoFar(),
                new TreeMap<>(tally.statuses()),
                losses,
                tally.retriedSoFar(),
                Duration.ofNanos(tally.longestNanos()),
                Duration.ofNanos(tally.longestDueNanos() - commandStartNanos),
                ofMicros(tally.percentileMicros(50)),
                ofMicros(tally.percentileMicros(99)),
                tally.firstLoss()
                        .map(loss -> new FirstLoss(
                                loss.kind(), Duration.ofNanos(loss.dueNanos() - commandStartNanos), loss.detail())),
                command.exitCode(),
                command.took(),
                command.detail());
    }

    private static Duration ofMicros(long micros) {
        return Duration.ofNanos(micros * 1_000);
    }

    /** How many were lost, in whatever way. */
    public long lost() {
        return losses.values().stream().mapToLong(Long::longValue).sum();
    }

    public int exitCode() {
        if (commandExit != 0) {
            return EXIT_COMMAND_FAILED;
        }
        return lost() > 0 ? EXIT_LOST : EXIT_OK;
    }
}
