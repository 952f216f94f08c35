package io.socketmaster.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Go program that runs, and what it says. Whoever starts it closes it, which kills it. Thread-safe. */
final class GoProcess implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(10);

    private final Process process;
    private final Lines output;
    private final Lines errors;

    private GoProcess(Process process, String name) {
        this.process = process;
        this.output = new Lines(name + " stdout");
        this.errors = new Lines(name + " stderr");
        read(process.getInputStream(), output, name);
        read(process.getErrorStream(), errors, name);
    }

    /** Starts {@code cmd/<program>} with {@code arguments}. */
    static GoProcess start(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(GoTools.programs().resolve(program).toString());
        command.addAll(arguments);
        try {
            Process process = new ProcessBuilder(command).start();
            return new GoProcess(process, program + " " + String.join(" ", arguments) + " [" + process.pid() + "]");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(InputStream from, Lines to, String name) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader in = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                        in.lines().forEach(to::add);
                    } catch (IOException | UncheckedIOException e) {
                        // The pipe of a process that was killed may break instead of ending.
                        to.add("(" + e.getMessage() + ")");
                    } finally {
                        to.end();
                    }
                },
                "reader of " + name);
        reader.setDaemon(true);
        reader.start();
    }

    /** What it says for its driver. */
    Lines output() {
        return output;
    }

    /** What it says for people. */
    Lines errors() {
        return errors;
    }

    /** Gives it a line on its standard input. */
    void command(String line) {
        try {
            OutputStream input = process.getOutputStream();
            input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this + " takes no commands any more", e);
        }
    }

    /** Ends its standard input, at which every program of ours exits. */
    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until it has ended by itself and everything that it said is there.
     *
     * @return its exit code
     */
    int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(this + "\ndid not end within " + patience);
            }
            if (!output.awaitEnd(END) || !errors.awaitEnd(END)) {
                throw new AssertionError(this + "\nhas ended, but its output has not");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(this + "\ninterrupted while waiting for its end", e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Kills it as {@code kill -9} does, and waits until it is dead. */
    void kill() {
        process.destroyForcibly();
        awaitExit(END);
    }

    @Override
    public void close() {
        kill();
    }

    @Override
    public String toString() {
        return output + "\n" + errors;
    }
}
