package io.socketmaster.server.api;

import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.service.PauseMode;
import io.socketmaster.server.service.PauseOrder;
import io.socketmaster.server.service.Service;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The paths that scripts for TCPause (github.com/innogames/tcpause) call, with its status codes and bodies: for all services
 * of a daemon, or for one. Any thread.
 */
final class TcpausePaths {
    private static final String BY_SCRIPT = "a script asked for it at /paused";

    /** What is paused. Registry thread. */
    private interface Subject {
        boolean isPaused();

        void pause(PauseOrder order) throws ApiException;

        void resume() throws ApiException;

        Runnable whenIdle(Runnable onIdle);
    }

    private final Registry registry;
    private final Waits waits;
    private final Subject subject;
    private final PauseMode mode;

    private TcpausePaths(Registry registry, Waits waits, Subject subject, PauseMode mode) {
        this.registry = registry;
        this.waits = waits;
        this.subject = subject;
        this.mode = mode;
    }

    static TcpausePaths ofEverything(Registry registry, Waits waits, PublicListeners listeners) {
        return new TcpausePaths(registry, waits, new Everything(listeners), PauseMode.HOLD);
    }

    /** @param mode what {@code PUT} does with newcomers */
    static TcpausePaths ofService(
            Registry registry, Waits waits, PublicListeners listeners, String name, PauseMode mode) {
        return new TcpausePaths(registry, waits, new Named(listeners, name), mode);
    }

    CompletableFuture<ApiAnswer> paused(ApiRequest request) {
        return registry.ask(() -> ApiAnswer.text(200, "{\"paused\": " + subject.isPaused() + "}"));
    }

    /** As often as one likes: a pause that is in force stays as it is. */
    CompletableFuture<ApiAnswer> put(ApiRequest request) {
        return registry.ask(() -> {
            if (!subject.isPaused()) {
                subject.pause(new PauseOrder(mode, Optional.empty(), ""));
            }
            return ApiAnswer.empty(201);
        });
    }

    CompletableFuture<ApiAnswer> delete(ApiRequest request) {
        return registry.ask(() -> {
            subject.resume();
            return ApiAnswer.empty(204);
        });
    }

    CompletableFuture<ApiAnswer> blockUntilIdle(ApiRequest request) {
        return waits.await(
                subject::whenIdle,
                /* timeout= */ Optional.empty(),
                () -> {
                    throw new IllegalStateException("this has no timeout");
                },
                ApiAnswer.empty(204));
    }

    private record Everything(PublicListeners listeners) implements Subject {
        @Override
        public boolean isPaused() {
            return listeners.pauseOfAll().isPresent();
        }

        @Override
        public void pause(PauseOrder order) {
            listeners.pauseAll(order);
        }

        @Override
        public void resume() {
            listeners.resumeAll(BY_SCRIPT);
        }

        @Override
        public Runnable whenIdle(Runnable onIdle) {
            return listeners.whenIdle(onIdle);
        }
    }

    private record Named(PublicListeners listeners, String name) implements Subject {
        private List<? extends Service<?>> services() {
            return listeners.named(name);
        }

        @Override
        public boolean isPaused() {
            return services().stream().anyMatch(service -> service.ownPause().isPresent());
        }

        @Override
        public void pause(PauseOrder order) throws ApiException {
            boolean some = false;
            for (Service<?> service : services()) {
                some |= service.pause(order);
            }
            if (!some) {
                throw new ApiException(409, "CLOSED", name + " is closed; there is nothing to pause");
            }
        }

        @Override
        public void resume() {
            services().forEach(service -> service.resume(BY_SCRIPT));
        }

        @Override
        public Runnable whenIdle(Runnable onIdle) {
            return listeners.whenIdle(name, onIdle);
        }
    }
}
