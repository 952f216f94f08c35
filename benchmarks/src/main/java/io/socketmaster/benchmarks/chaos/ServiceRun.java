package io.socketmaster.benchmarks.chaos;

import io.socketmaster.benchmarks.chaos.service.ChaosServiceMain;
import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.ChildProcess.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One process of the service, from its start to its end. Used by the program's main thread. */
final class ServiceRun implements AutoCloseable {
    private static final Pattern STANDBY = Pattern.compile("standby http=(\\d+) https=(\\d+) tcp=(\\d+)");
    private static final Pattern ACTIVE = Pattern.compile("active asked-at=(\\d+)");
    private static final int READY_SECONDS = 30;

    /** Processes come and go by the hundred: they start fast and stay small. */
    private static final List<String> JVM_OPTIONS =
            List.of("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final ChildProcess process;
    private final Ports ports;

    /** The public ports of all services of a run. */
    record Ports(int http, int https, int tcp) {
        static final Ports ANY = new Ports(0, 0, 0);
    }

    private ServiceRun(ChildProcess process) throws IOException {
        this.process = process;
        Matcher line = process.awaitReady();
        this.ports = new Ports(
                Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2)), Integer.parseInt(line.group(3)));
    }

    /**
     * Starts a process and waits until it is registered; it takes no traffic yet.
     *
     * @param rehearse whether it answers some requests of its own before
     */
    static ServiceRun start(String daemon, Ports ports, Path directory, Duration drain, boolean rehearse)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChaosServiceMain.class.getName()));
        command.addAll(List.of("--daemon", daemon, "--directory", directory.toString()));
        command.addAll(List.of("--ports", ports.http + "," + ports.https + "," + ports.tcp));
        command.addAll(List.of("--drain-millis", Long.toString(drain.toMillis())));
        if (rehearse) {
            command.add("--rehearse");
        }
        ChildProcess process = ChildProcess.start("service", command, STANDBY);
        try {
            return new ServiceRun(process);
        } catch (IOException e) {
            process.close();
            throw e;
        }
    }

    Ports ports() {
        return ports;
    }

    /**
     * Lets it take the traffic, and waits until it has it.
     *
     * @return when it said that it is ready, in {@link System#nanoTime}, which on Linux all processes share
     */
    long ready() throws IOException {
        CompletableFuture<Matcher> active = process.expect(ACTIVE);
        process.tell("ready");
        try {
            return Long.parseLong(
                    active.orTimeout(READY_SECONDS, TimeUnit.SECONDS).join().group(1));
        } catch (CompletionException e) {
            throw new IOException("a service did not get the traffic; it said:\n" + process.output(), e);
        }
    }

    void signal(Signal signal) throws IOException {
        process.signal(signal);
    }

    /** Waits for its end; false if that takes longer than {@code timeout}. */
    boolean awaitExit(Duration timeout) {
        return process.awaitExit(timeout);
    }

    String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
