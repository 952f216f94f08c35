package io.socketmaster.benchmarks.memory;

import io.socketmaster.benchmarks.process.JvmFacts;
import io.socketmaster.benchmarks.process.ProcessFacts;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Watches a JVM's memory and keeps the peaks: resident memory ten times a second, heap and direct memory once a second,
 * because asking a JVM costs it time. Its fields belong to its thread until {@link #close}.
 */
final class MemorySampler implements AutoCloseable {
    private static final int RESIDENT_MILLIS = 100;
    private static final int JVM_MILLIS = 1_000;
    private static final int END_SECONDS = 10;

    private final long pid;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private long resident;
    private long heap;
    private long direct;
    private IOException failure;

    private MemorySampler(long pid) {
        this.pid = pid;
    }

    static MemorySampler start(long pid) {
        MemorySampler sampler = new MemorySampler(pid);
        sampler.timer.scheduleAtFixedRate(sampler::sampleResident, 0, RESIDENT_MILLIS, TimeUnit.MILLISECONDS);
        sampler.timer.scheduleWithFixedDelay(sampler::sampleJvm, JVM_MILLIS, JVM_MILLIS, TimeUnit.MILLISECONDS);
        return sampler;
    }

    private void sampleResident() {
        resident = Math.max(resident, ProcessFacts.residentBytes(pid));
    }

    private void sampleJvm() {
        try {
            JvmFacts facts = JvmFacts.of(pid);
            heap = Math.max(heap, facts.heapBytes());
            direct = Math.max(direct, facts.directBytes());
        } catch (IOException e) {
            failure = e;
        }
    }

    /** Samples once more and stops. */
    Peaks peaks() throws IOException {
        timer.execute(this::sampleJvm);
        close();
        if (failure != null) {
            throw failure;
        }
        return new Peaks(resident, heap, direct);
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                timer.shutdownNow();
                throw new IllegalStateException("the process " + pid + " does not say how much memory it has");
            }
        } catch (InterruptedException e) {
            timer.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** The most that was seen, in bytes. */
    record Peaks(long resident, long heap, long direct) {}
}
