package io.socketmaster.benchmarks.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
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
    private final CompletableFuture<Matcher> ready = new CompletableFuture<>();
    private final Thread hook;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.hook = new Thread(process::destroyForcibly, "stop-" + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts a process. Its standard input stays open until it is stopped or this program ends. */
    public static ChildProcess start(String name, List<String> command, Pattern readyLine) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        ChildProcess child = new ChildProcess(name, process);
        Thread reader = new Thread(() -> child.readOutput(readyLine), "output-of-" + name);
        reader.setDaemon(true);
        reader.start();
        return child;
    }

    private void readOutput(Pattern readyLine) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                keep(line);
                Matcher matcher = readyLine.matcher(line);
                if (matcher.find()) {
                    ready.complete(matcher);
                }
            }
            ready.completeExceptionally(new IOException(name + " ended before it was ready"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    private synchronized void keep(String line) {
        lastLines.add(line);
        if (lastLines.size() > KEPT_LINES) {
            lastLines.remove();
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
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
