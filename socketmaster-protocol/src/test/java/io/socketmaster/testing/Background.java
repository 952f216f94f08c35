package io.socketmaster.testing;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * What a test does beside itself, each on a thread of its own. The common pool has as few as one thread, and then two tasks
 * that wait for each other never end.
 */
public final class Background {
    private static final Executor THREAD_EACH = task -> {
        Thread thread = new Thread(task, "test-background");
        thread.setDaemon(true);
        thread.start();
    };

    private Background() {}

    /** Calls it at once on a new thread; what it throws fails the future. */
    public static <T> CompletableFuture<T> supply(Callable<T> task) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return task.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                THREAD_EACH);
    }

    /** Runs it at once on a new thread; what it throws fails the future. */
    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, THREAD_EACH);
    }
}
