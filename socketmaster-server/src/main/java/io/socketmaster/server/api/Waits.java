package io.socketmaster.server.api;

import io.socketmaster.server.service.Timeline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Answers that come when something happens, or not in time. Any thread. */
final class Waits {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

    private final Registry registry;

    Waits(Registry registry) {
        this.registry = registry;
    }

    /** Registers for what is awaited. Registry thread. */
    @FunctionalInterface
    interface Watch {
        /**
         * @param onDone run once on the registry thread, perhaps before this returns
         * @return forgets it
         */
        Runnable begin(Runnable onDone) throws ApiException;
    }

    /**
     * How long the client wants to wait.
     *
     * @throws ApiException {@code BAD_DURATION}
     */
    static Duration timeout(ApiRequest request) throws ApiException {
        Duration timeout = request.duration(Router.TIMEOUT, TIMEOUT);
        if (timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw ApiException.badRequest(
                    "BAD_DURATION", "timeout is longer than " + LONGEST_TIMEOUT.toHours() + "h; ask again after that");
        }
        return timeout;
    }

    /**
     * @param timeout empty: as long as the client stays
     * @param late what the client is told when the time is over; called on the registry thread
     * @return {@code answer} when it happened; cancelled by a client that leaves
     */
    CompletableFuture<ApiAnswer> await(
            Watch watch, Optional<Duration> timeout, Supplier<ApiException> late, ApiAnswer answer) {
        CompletableFuture<ApiAnswer> asked = new CompletableFuture<>();
        registry.tell(asked, () -> {
            Runnable forget;
            try {
                forget = watch.begin(() -> asked.complete(answer));
            } catch (ApiException refusal) {
                asked.completeExceptionally(refusal);
                return;
            }
            if (asked.isDone()) {
                forget.run(); // it left before it was asked for
                return;
            }
            Timeline.Timer limit = timeout.isPresent()
                    ? registry.schedule(timeout.get(), () -> asked.completeExceptionally(late.get()))
                    : () -> {};
            asked.whenComplete((done, failure) -> registry.tell(asked, () -> {
                limit.cancel();
                forget.run();
            }));
        });
        return asked;
    }
}
