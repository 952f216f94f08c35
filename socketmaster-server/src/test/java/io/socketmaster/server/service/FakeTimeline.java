package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

/**
 * A timeline whose clock is moved by hand, for tests in which the test's own thread is the registry thread. Tasks wait until
 * {@link #run()}, so that a test can put other events between. The clock starts just before it wraps, so that every
 * comparison of times is proven to be one of differences.
 */
final class FakeTimeline implements Timeline {
    private final Thread thread = Thread.currentThread();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<FakeTimer> timers = new ArrayList<>();
    private long now = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();
    private long scheduled;
    private boolean stopped;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        if (stopped) {
            throw new RejectedExecutionException("stopped");
        }
        tasks.add(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        assertThat(inTimeline()).isTrue();
        FakeTimer timer = new FakeTimer(now + delay.toNanos(), ++scheduled, task);
        timers.add(timer);
        return timer;
    }

    @Override
    public boolean inTimeline() {
        return Thread.currentThread() == thread;
    }

    /** Runs what was submitted, and what that submits. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Moves the clock, running each timer at its time. */
    void advance(Duration by) {
        long until = now + by.toNanos();
        run();
        for (FakeTimer next = next(until); next != null; next = next(until)) {
            now = Math.max(next.at - now, 0) + now;
            timers.remove(next);
            next.task.run();
            run();
        }
        now = until;
    }

    void stop() {
        stopped = true;
    }

    int timers() {
        return timers.size();
    }

    void assertNothingIsLeft() {
        assertThat(tasks).as("submitted tasks").isEmpty();
        assertThat(timers).as("timers").isEmpty();
    }

    private FakeTimer next(long until) {
        return timers.stream()
                .filter(timer -> timer.at - until <= 0)
                .min(Comparator.comparingLong((FakeTimer timer) -> timer.at - now)
                        .thenComparingLong(timer -> timer.order))
                .orElse(null);
    }

    private final class FakeTimer implements Timer {
        private final long at;
        private final long order;
        private final Runnable task;

        FakeTimer(long at, long order, Runnable task) {
            this.at = at;
            this.order = order;
            this.task = task;
        }

        @Override
        public void cancel() {
            timers.remove(this);
        }
    }
}
