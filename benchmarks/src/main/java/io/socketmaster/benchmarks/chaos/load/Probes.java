package io.socketmaster.benchmarks.chaos.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A few clients that ask at a steady pace, and note when each request was sent and answered. */
public final class Probes {
    private static final int CLIENTS = 4;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int BODY = 200;

    private final Targets targets;
    private final Log log;
    private final Tally tally = new Tally(Kind.GET_KEEP_ALIVE);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong failed = new AtomicLong();

    /** Gets the times of each request, in {@link System#nanoTime}; from any thread. */
    public interface Log {
        void answered(long askedNanos, long answeredNanos);
    }

    private Probes(Targets targets, Log log) {
        this.targets = targets;
        this.log = log;
    }

    public static Probes start(Targets targets, Log log) {
        Probes probes = new Probes(targets, log);
        for (int i = 0; i < CLIENTS; i++) {
            Thread thread = new Thread(probes::run, "probe " + i);
            thread.setDaemon(true);
            thread.start();
            probes.threads.add(thread);
        }
        return probes;
    }

    private void run() {
        HttpConnection connection = new HttpConnection(() -> targets.connect(targets.http()), tally);
        try (GetClient client = new GetClient(connection, BODY, /* workMillis= */ 0, /* keepAlive= */ true)) {
            while (!stop.await(INTERVAL_NANOS, TimeUnit.NANOSECONDS)) {
                long asked = System.nanoTime();
                client.exchange();
                log.answered(asked, System.nanoTime());
            }
        } catch (IOException e) {
            failed.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends them; how many of them had failed. */
    public long stop() throws InterruptedException {
        stop.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return failed.get();
    }
}
