package io.socketmaster.cli.agent;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One copy of the program: a process of our own, and the only thing that is ever signalled. Any thread.
 */
final class Child {
    /** How long the rest of its output may take after its end; something that it started may hold it open for ever. */
    private static final long OUTPUT_PATIENCE_MILLIS = 500;

    private final Process process;
    private final Endpoint endpoint;
    private final LastLines last = new LastLines();
    private final CompletableFuture<Integer> ended;

    private Child(Process process, Endpoint endpoint, PrintWriter out, PrintWriter err, String name) {
        this.process = process;
        this.endpoint = endpoint;
        String prefix = name + "[" + process.pid() + "] ";
        Thread[] relays = {
            new OutputRelay(process.getInputStream(), out, prefix, last).start("socketmaster-run-out"),
            new OutputRelay(process.getErrorStream(), err, prefix, last).start("socketmaster-run-err")
        };
        this.ended = process.onExit().thenApply(exited -> {
            awaitOutput(relays);
            return exited.exitValue();
        });
    }

    /**
     * Starts the program; it reads nothing.
     *
     * @throws IOException if there is no such command, or it cannot be started
     */
    static Child start(List<String> command, Endpoint endpoint, PrintWriter out, PrintWriter err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(endpoint.fill(command));
        builder.environment().putAll(endpoint.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        return new Child(process, endpoint, out, err, nameOf(command));
    }

    private static String nameOf(List<String> command) {
        Path file = Path.of(command.get(0)).getFileName();
        return file == null ? command.get(0) : file.toString();
    }

    private static void awaitOutput(Thread[] relays) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(OUTPUT_PATIENCE_MILLIS);
        try {
            for (Thread relay : relays) {
                relay.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Completes on a thread of the JVM's with the exit status, when all that it printed has been passed on. */
    CompletableFuture<Integer> ended() {
        return ended;
    }

    /** What it printed last. */
    List<String> lastLines() {
        return last.get();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** Passes on a signal such as {@code HUP}. Does nothing if the process has ended. */
    void signal(String name) throws IOException {
        if (process.isAlive()) {
            new ProcessBuilder("kill", "-s", name, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .start();
        }
    }
}
