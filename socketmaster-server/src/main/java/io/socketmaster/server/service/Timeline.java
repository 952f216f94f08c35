package io.socketmaster.server.service;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The registry thread and its clock: work is run one piece after the other, now or later. Tests bring their own. */
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
