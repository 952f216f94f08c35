package io.socketmaster.benchmarks.chaos;

import io.socketmaster.benchmarks.Certificate;
import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.chaos.load.Ledger;
import io.socketmaster.benchmarks.chaos.load.Load;
import io.socketmaster.benchmarks.chaos.load.Probes;
import io.socketmaster.benchmarks.chaos.load.Tally;
import io.socketmaster.benchmarks.chaos.load.Targets;
import io.socketmaster.benchmarks.chaos.service.Journal;
import io.socketmaster.benchmarks.process.DaemonProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run: a daemon, the services, and two parts under load. In the first everything that befalls the services is graceful
 * and nothing may be lost; in the second they are killed and frozen, and only what contract section 5 gives up may be.
 * A third part, with little load, takes the longest extra wait. Main thread.
 */
public final class Chaos {
    private static final long EXTRA_WAIT_LIMIT = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long after a replacement a request still counts as one over it. */
    private static final Duration OVER = Duration.ofMillis(500);

    private final ChaosPlan plan;
    private final List<Part> parts;
    private final PrintStream out;
    private final List<Claim> claims = new ArrayList<>();
    private final Ledger ledger = new Ledger();

    /** The parts of a run. */
    public enum Part {
        GRACEFUL,
        KILLS,
        WAITS
    }

    /** @param parts which, in this order */
    public Chaos(ChaosPlan plan, List<Part> parts, PrintStream out) {
        this.plan = plan;
        this.parts = List.copyOf(parts);
        this.out = out;
    }

    /**
     * Runs, and prints a table for each part.
     *
     * @param daemonJar the daemon as a runnable jar; empty: from the class path
     * @return what was claimed, and whether it held
     */
    public List<Claim> run(Optional<Path> daemonJar)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path directory = Files.createTempDirectory("chaos");
        Certificate certificate = Certificate.create();
        certificate.writeTo(directory);
        try (DaemonProcess daemon = DaemonProcess.start(daemonJar, List.of("-Xmx256m"))) {
            try (Services services = new Services(daemon.address(), directory, plan.drain())) {
                ServiceRun.Ports ports = services.ports();
                Targets targets =
                        new Targets(ports.http(), ports.https(), ports.tcp(), Certificate.HOST, certificate.trusting());
                for (Part part : parts) {
                    switch (part) {
                        case GRACEFUL -> gracefulPart(services, targets);
                        case KILLS -> violentPart(services, targets);
                        case WAITS -> waitingPart(services, targets);
                    }
                }
                List<String> stayed = services.stayed();
                stayed.forEach(said -> out.println("a service that did not leave said:\n" + said + "\n"));
                claims.add(
                        new Claim("services that were told to leave and did not: " + stayed.size(), stayed.isEmpty()));
            }
            claims.add(new Claim("the daemon runs to the end", daemon.process().isAlive()));
            judgeExecutions(Journal.readAll(directory));
            if (!claims.stream().allMatch(Claim::held)) {
                out.println("the daemon's last lines:\n" + daemon.process().output() + "\n");
            }
        } finally {
            delete(directory);
        }
        return List.copyOf(claims);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void gracefulPart(Services services, Targets targets) throws IOException, InterruptedException {
        Load load = Load.start(targets, ledger);
        for (Blow blow : plan.shuffled(/* graceful= */ true)) {
            services.strike(blow);
        }
        while (load.requests() < plan.requests()) {
            services.strike(Blow.REPLACE);
        }
        List<Tally> tallies = load.stop();
        out.println("Replaced, restarted, frozen for a moment: " + services.blows());
        ChaosReport.print(tallies, out);
        claims.addAll(ChaosReport.gracefulClaims(tallies, plan.requests()));
    }

    private void violentPart(Services services, Targets targets) throws IOException, InterruptedException {
        Load load = Load.start(targets, ledger);
        for (Blow blow : plan.shuffled(/* graceful= */ false)) {
            services.strike(blow);
            // One request is sent again once only: none must be struck twice.
            load.awaitRound();
        }
        List<Tally> tallies = load.stop();
        out.println("Killed, and frozen for good: " + services.blows());
        ChaosReport.print(tallies, out);
        claims.addAll(ChaosReport.violentClaims(tallies));
    }

    private void judgeExecutions(Map<Long, Integer> executed) {
        long twice = ledger.ranTwice(executed);
        long never = ledger.neverRan(executed);
        claims.add(new Claim(
                ledger.sent() + " POSTs, " + ledger.answered() + " of them answered: " + twice + " ran twice, " + never
                        + " were answered and never ran",
                twice == 0 && never == 0));
    }

    private void waitingPart(Services services, Targets targets) throws IOException, InterruptedException {
        // What is asked for is the daemon's share, not how long a new JVM takes to load its classes.
        services.rehearse();
        services.strike(Blow.REPLACE);
        long replacement = 0;
        long restart = 0;
        long failed = 0;
        for (int i = 0; i < plan.waits(); i++) {
            Probed over = probe(services, targets, Blow.REPLACE);
            replacement = Math.max(
                    replacement,
                    ExtraWait.longestBeyondUsual(over.requests, over.readyAt, over.readyAt + OVER.toNanos()));
            Probed after = probe(services, targets, Blow.RESTART);
            restart = Math.max(restart, ExtraWait.longestAfter(after.requests, after.readyAt));
            failed += over.failed + after.failed;
        }
        claims.add(new Claim(
                "clients that lost a request over " + 2 * plan.waits() + " more replacements and restarts: " + failed,
                failed == 0));
        claims.add(new Claim(
                "longest extra wait over " + plan.waits() + " replacements: " + millis(replacement) + " (below "
                        + millis(EXTRA_WAIT_LIMIT) + ")",
                replacement < EXTRA_WAIT_LIMIT));
        claims.add(new Claim(
                "longest wait after the ready of " + plan.waits() + " restarted services: " + millis(restart)
                        + " (below " + millis(EXTRA_WAIT_LIMIT) + ")",
                restart < EXTRA_WAIT_LIMIT));
    }

    private static Probed probe(Services services, Targets targets, Blow blow)
            throws IOException, InterruptedException {
        ConcurrentLinkedQueue<ExtraWait> requests = new ConcurrentLinkedQueue<>();
        Probes probes = Probes.start(targets, (asked, answered) -> requests.add(new ExtraWait(asked, answered)));
        long readyAt = services.strike(blow);
        services.settle(OVER);
        long failed = probes.stop();
        return new Probed(readyAt, failed, List.copyOf(requests));
    }

    private record Probed(long readyAt, long failed, List<ExtraWait> requests) {}

    private static String millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis() + " ms";
    }
}
