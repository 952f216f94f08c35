package io.socketmaster.server.api;

import io.socketmaster.server.service.Timeline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/** The way to the registry thread and back. Any thread. */
final class Registry {
    private final Timeline timeline;

    Registry(Timeline timeline) {
        this.timeline = timeline;
    }

    /** A question, or a change. */
    @FunctionalInterface
    interface Question<T> {
        T answer() throws ApiException;
    }

    /** Completed on the registry thread; exceptionally with what {@code question} throws. */
    <T> CompletableFuture<T> ask(Question<T> question) {
        CompletableFuture<T> asked = new CompletableFuture<>();
        tell(asked, () -> {
            try {
                asked.complete(question.answer());
            } catch (ApiException | RuntimeException e) {
                asked.completeExceptionally(e);
            }
        });
        return asked;
    }

    /** Runs {@code change} on the registry thread, which completes {@code answer} sooner or later; or fails it. */
    void tell(CompletableFuture<?> answer, Runnable change) {
        try {
            timeline.execute(change);
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(new ApiException(503, "STOPPING", "the daemon is stopping"));
        }
    }

    /** Registry thread. */
    Timeline.Timer schedule(Duration delay, Runnable task) {
        return timeline.schedule(delay, task);
    }
}
