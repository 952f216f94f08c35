package io.socketmaster.benchmarks.memory;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.Table;
import io.socketmaster.benchmarks.load.BulkClient.Direction;
import io.socketmaster.benchmarks.load.BulkTransfer;
import io.socketmaster.benchmarks.memory.MemorySampler.Peaks;
import io.socketmaster.benchmarks.process.DaemonProcess;
import io.socketmaster.benchmarks.process.JvmFacts;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * 1 GiB each way through a plain TCP route of a daemon with a heap of 64 MiB, alone and beside an upload that the service
 * reads at 1 MB/s. Both streams share one session, which is the hard case: one that is not read must not stop the other.
 */
final class BulkMemory {
    private static final String HEAP = "-Xmx64m";
    private static final long BYTES = 1L << 30;
    /** Takes the slow reader longer than the fast transfer beside it. */
    private static final long SLOW_BYTES = 5_000_000;

    private static final int ROUNDS = 3;

    /** What resident memory may grow between the first pass, which warms the daemon up, and any later one. */
    private static final long FLAT_BYTES = 32L << 20;

    /** Of the speed without the slow stream; less would be a stream slowed, more precision is not to be had in short runs. */
    private static final double UNDISTURBED = 0.75;

    private static final double SLOW_LEAST = 0.8e6;
    private static final double SLOW_MOST = 1.3e6;

    private final EventLoopGroup loops;
    private final Table table = new Table(List.of(
            "1 GiB", "slow stream beside it", "GB/s", "slow stream MB/s", "peak RSS", "peak heap", "peak direct"));
    private final List<Claim> claims = new ArrayList<>();
    private final List<Double> slowRates = new ArrayList<>();
    private long firstResident;
    private long mostResident;

    /** @param loops event loops for the clients */
    BulkMemory(EventLoopGroup loops) {
        this.loops = loops;
    }

    List<Claim> run(Optional<Path> daemonJar) throws IOException {
        try (DaemonProcess daemon = DaemonProcess.start(daemonJar, List.of(HEAP, JvmFacts.REQUIRED_OPTION));
                ServiceProcess service = ServiceProcess.behind(daemon, List.of("-Xmx256m"))) {
            for (Direction direction : List.of(Direction.DOWNLOAD, Direction.UPLOAD)) {
                // Compilers and buffer pools reach their size.
                transfer(direction, service, /* slowBeside= */ false, daemon);
            }
            for (Direction direction : List.of(Direction.DOWNLOAD, Direction.UPLOAD)) {
                compare(direction, daemon, service);
            }
            claims.add(
                    new Claim("the daemon runs on at " + HEAP, daemon.process().isAlive()));
        }
        claims.add(new Claim(
                "resident memory is flat: " + Mebibytes.of(firstResident) + " in the first pass, "
                        + Mebibytes.of(mostResident) + " at most later, allowed " + Mebibytes.of(FLAT_BYTES) + " more",
                mostResident - firstResident <= FLAT_BYTES));
        double slow = median(slowRates);
        claims.add(new Claim(
                String.format(Locale.ROOT, "the slow stream goes on at its own speed: %.2f MB/s", slow / 1e6),
                slow >= SLOW_LEAST && slow <= SLOW_MOST));
        System.out.println(table);
        return claims;
    }

    private void compare(Direction direction, DaemonProcess daemon, ServiceProcess service) throws IOException {
        List<Double> alone = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            alone.add(transfer(direction, service, /* slowBeside= */ false, daemon));
            beside.add(transfer(direction, service, /* slowBeside= */ true, daemon));
        }
        double share = median(beside) / median(alone);
        claims.add(new Claim(
                String.format(
                        Locale.ROOT,
                        "%s beside a slow stream is as fast as alone: %.2f of it, at least %.2f",
                        direction,
                        share,
                        UNDISTURBED),
                share >= UNDISTURBED));
    }

    /** @return bytes a second */
    private double transfer(Direction direction, ServiceProcess service, boolean slowBeside, DaemonProcess daemon)
            throws IOException {
        long startedNanos = System.nanoTime();
        Optional<BulkTransfer> slow = slowBeside
                ? Optional.of(BulkTransfer.start(service.bulk(), Direction.SLOW_UPLOAD, SLOW_BYTES, loops))
                : Optional.empty();
        Peaks peaks;
        double seconds;
        try (MemorySampler sampler = MemorySampler.start(daemon.process().pid())) {
            BulkTransfer.start(service.bulk(), direction, BYTES, loops).await();
            seconds = secondsSince(startedNanos);
            peaks = sampler.peaks();
        }
        String slowRate = "";
        if (slow.isPresent()) {
            slow.get().await();
            double rate = SLOW_BYTES / secondsSince(startedNanos);
            slowRates.add(rate);
            slowRate = String.format(Locale.ROOT, "%.2f", rate / 1e6);
        }
        firstResident = firstResident == 0 ? peaks.resident() : firstResident;
        mostResident = Math.max(mostResident, peaks.resident());
        double rate = BYTES / seconds;
        table.add(List.of(
                direction.toString().toLowerCase(Locale.ROOT),
                slowBeside ? "yes" : "no",
                String.format(Locale.ROOT, "%.2f", rate / 1e9),
                slowRate,
                Mebibytes.of(peaks.resident()),
                Mebibytes.of(peaks.heap()),
                Mebibytes.of(peaks.direct())));
        return rate;
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) * 1e-9;
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
