package io.socketmaster.cli.verify;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs a command under load: probe, load for a while, command, load for a while, wait for the last answers. Blocks its
 * caller's thread; the load has its own.
 */
public final class Verification {
    private final LoadPlan plan;
    private final Duration before;
    private final Duration after;
    private final Consumer<String> progress;

    /**
     * @param before how long the load runs before the command starts
     * @param after how long it runs on after the command has ended
     * @param progress hears in a line what happens next
     */
    public Verification(LoadPlan plan, Duration before, Duration after, Consumer<String> progress) {
        if (before.isNegative() || after.isNegative()) {
            throw new IllegalArgumentException("the time before or after the command is negative");
        }
        this.plan = plan;
        this.before = before;
        this.after = after;
        this.progress = progress;
    }

    /**
     * @param keepOutputFree whether standard output is not the command's
     * @throws IOException if the URL does not answer even before the command, which then is not started
     */
    public Report run(List<String> command, boolean keepOutputFree) throws IOException {
        try (LoadGenerator load = new LoadGenerator(plan)) {
            requireAnswers(load.probe().join());
            progress.accept("sending " + plan.rate() + " requests a second over " + plan.connections()
                    + " connections to " + plan.target().url());
            load.start();
            load.elapse(before).join();
            progress.accept("running " + String.join(" ", command));
            long commandStart = System.nanoTime();
            CommandRun.Outcome outcome =
                    CommandRun.start(command, keepOutputFree).join();
            progress.accept("the command ended with exit code " + outcome.exitCode());
            load.elapse(after).join();
            return Report.of(plan, load.finish().join(), commandStart, outcome);
        }
    }

    private void requireAnswers(Tally probes) throws IOException {
        if (probes.lostSoFar() > 0) {
            throw new IOException(plan.target().url() + " does not answer, so the command was not started: "
                    + probes.firstLoss().map(Tally.Incident::detail).orElse("") + " (" + probes.lostSoFar() + " of "
                    + probes.sentSoFar() + " probes lost)");
        }
    }
}
