package io.socketmaster.cli.verify;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The command under test: a process that shares this one's terminal, so that it may leave children behind. Thread-safe. */
final class CommandRun {
    /** Leaves standard output to the report: the command's goes where its standard error goes. */
    private static final List<String> OUTPUT_TO_STANDARD_ERROR = List.of("sh", "-c", "exec \"$@\" >&2", "sh");

    /**
     * How a command ended.
     *
     * @param exitCode {@link #NOT_STARTED} if it could not be started
     * @param detail why it could not be started; else empty
     */
    record Outcome(int exitCode, Duration took, String detail) {
        /** As a shell says it. */
        static final int NOT_STARTED = 127;

        boolean isSuccess() {
            return exitCode == 0;
        }
    }

    private CommandRun() {}

    /**
     * Starts {@code command}; completes when it has ended. If this process is told to stop meanwhile, so is the command.
     *
     * @param keepOutputFree whether this process's standard output is not the command's
     */
    static CompletableFuture<Outcome> start(List<String> command, boolean keepOutputFree) {
        List<String> line = new ArrayList<>(keepOutputFree ? OUTPUT_TO_STANDARD_ERROR : List.of());
        line.addAll(command);
        long began = System.nanoTime();
        Process process;
        try {
            process = new ProcessBuilder(line).inheritIO().start();
        } catch (IOException e) {
            return CompletableFuture.completedFuture(new Outcome(Outcome.NOT_STARTED, Duration.ZERO, e.getMessage()));
        }
        Thread stop = new Thread(process::destroy, "socketmaster-verify-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        return process.onExit().thenApply(ended -> {
            removeHook(stop);
            return new Outcome(ended.exitValue(), Duration.ofNanos(System.nanoTime() - began), "");
        });
    }

    private static boolean removeHook(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The hook runs already; destroying a process that has ended does nothing.
            return false;
        }
    }
}
