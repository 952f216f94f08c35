package io.socketmaster.server;

import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.service.Timeline;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The one thread on which registrations are applied and services change. A task that throws is reported; the rest goes on. */
final class RegistryThread implements Timeline, AutoCloseable {
    private final DaemonEvents events;
    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    RegistryThread(DaemonEvents events) {
        this.events = events;
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread registry = new Thread(task, "socketmaster-registry");
            registry.setDaemon(true);
            thread = registry;
            return registry;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(reported(task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Future<?> scheduled = executor.schedule(reported(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(/* mayInterruptIfRunning= */ false);
    }

    private Runnable reported(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error fault) {
                events.fault("registry", fault);
            }
        };
    }

    @Override
    public boolean inTimeline() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
