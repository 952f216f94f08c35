package io.socketmaster.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process of a measurement: started, found ready, stopped, also when this program is. What it prints is read to the end,
 * and its last lines are kept for the case that it fails. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final int KEPT_LINES = 40;
    private static final int START_SECONDS = 30;
    private static final int STOP_SECONDS = 5;
    private static final int CONNECT_INTERVAL_MILLIS = 20;

    private final String name;
    private final Process process;
    private final Deque<String> lastLines = new ArrayDeque<>();
    /** Who waits for a line; guarded by this. */
    private final List<Expectation> expected = new ArrayList<>();

    private final CompletableFuture<Matcher> ready;
    private final Thread hook;

    private boolean outputEnded;

    private ChildProcess(String name, Process process, Pattern readyLine) {
        this.name = name;
        this.process = process;
        this.ready = expect(readyLine);
        this.hook = new Thread(this::killTree, "stop-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts a process. Its standard input stays open until it is stopped or this program ends. */
    public static ChildProcess start(String name, List<String> command, Pattern readyLine) throws IOException {
        return start(name, command, /* environment= */ Map.of(), readyLine);
    }

    /** The same with something added to the environment. */
    public static ChildProcess start(
            String name, List<String> command, Map<String, String> environment, Pattern readyLine) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        ChildProcess child = new ChildProcess(name, process, readyLine);
        Thread reader = new Thread(child::readOutput, "output-of-" + name);
        reader.setDaemon(true);
        reader.start();
        return child;
    }

    private void readOutput() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                heard(line);
            }
            endOutput(new IOException(name + " ended before it said so"));
        } catch (IOException e) {
            endOutput(e);
        }
    }

    private synchronized void heard(String line) {
        lastLines.add(line);
        if (lastLines.size() > KEPT_LINES) {
            lastLines.remove();
        }
        expected.removeIf(expectation -> expectation.isMetBy(line));
    }

    private synchronized void endOutput(IOException cause) {
        outputEnded = true;
        expected.forEach(expectation -> expectation.line.completeExceptionally(cause));
        expected.clear();
    }

    private record Expectation(Pattern pattern, CompletableFuture<Matcher> line) {
        boolean isMetBy(String said) {
            Matcher matcher = pattern.matcher(said);
            return matcher.find() && line.complete(matcher);
        }
    }

    /** Completes with the first line from now on that matches; fails with {@code IOException} if the output ends before. */
    public synchronized CompletableFuture<Matcher> expect(Pattern line) {
        Expectation expectation = new Expectation(line, new CompletableFuture<>());
        if (outputEnded) {
            expectation.line.completeExceptionally(new IOException(name + " has ended"));
        } else {
            expected.add(expectation);
        }
        return expectation.line;
    }

    /** With the workers that it started, which might not notice. */
    private void killTree() {
        List<ProcessHandle> workers = process.descendants().toList();
        process.destroyForcibly();
        workers.forEach(ProcessHandle::destroyForcibly);
    }

    /** Writes a line to its standard input. */
    public void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Sends it a signal; what it says afterwards is still read. */
    public void signal(Signal signal) throws IOException {
        switch (signal) {
            // Not Process.destroy, which would close its output here.
            case TERM -> process.toHandle().destroy();
            case KILL -> process.toHandle().destroyForcibly();
            case STOP, CONT -> runKill(signal);
        }
    }

    private void runKill(Signal signal) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                .redirectErrorStream(true)
                .start();
        kill.getOutputStream().close();
        String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!said.isEmpty()) {
            throw new IOException("cannot send " + signal + " to " + name + ": " + said);
        }
    }

    /** The signals that matter here; see signal(7). */
    public enum Signal {
        TERM,
        KILL,
        STOP,
        CONT
    }

    /** Waits for its end; false if that takes longer than {@code timeout}. */
    public boolean awaitExit(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of " + name, e);
        }
    }

    /**
     * Waits for the line that says so.
     *
     * @return the line's groups
     * @throws IOException if it ends before, or takes over 30 s; the message has its last lines
     */
    public Matcher awaitReady() throws IOException {
        try {
            return ready.orTimeout(START_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IOException(name + " did not become ready (" + e.getCause() + "); it said:\n" + output(), e);
        }
    }

    /** Waits until something listens at {@code address}: for programs that print nothing when they are ready. */
    public void awaitListening(InetSocketAddress address) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!accepts(address)) {
            if (process.waitFor(CONNECT_INTERVAL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException(name + " ended with code " + process.exitValue() + "; it said:\n" + output());
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(name + " does not listen at " + address + "; it said:\n" + output());
            }
        }
    }

    private static boolean accepts(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Its name, and whether it runs. */
    public String describe() {
        return name
                + (process.isAlive() ? " runs; it said:" : " ended with code " + process.exitValue() + "; it said:");
    }

    /** The last lines that it printed. */
    public synchronized String output() {
        return String.join("\n", lastLines);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to stop, and ends it if it has not within 5 s. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                killTree();
            }
        } catch (InterruptedException e) {
            killTree();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
