package io.socketmaster.server.service;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The registry thread and its clock: work is run one piece after the other, in the order it came, now or later. Tests
 * bring their own.
 *
 * <p>{@link #execute}, {@link #nanoTime} and {@link #inTimeline} may be called from any thread; {@link #schedule} and
 * {@link Timer#cancel} are called on the registry thread. A timeline that has stopped rejects what comes
 * ({@link java.util.concurrent.RejectedExecutionException}).
 */
public interface Timeline extends Executor {
    /** Nanoseconds of a clock that only goes forward. */
    long nanoTime();

    /** Runs {@code task} on the registry thread after {@code delay}. */
    Timer schedule(Duration delay, Runnable task);

    /** Whether the caller is on the registry thread. */
    boolean inTimeline();

    /** A task that waits for its time. */
    interface Timer {
        /** Forgets the task if it has not run yet. */
        void cancel();
    }
}
