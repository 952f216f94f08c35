package io.socketmaster.server.api;

import io.socketmaster.server.listener.RouteStatus;
import io.socketmaster.server.service.PauseStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What all services look like at one moment. Whoever asks while a look is queued shares it: however many clients ask how
 * often, the registry thread has at most one of these among its tasks. Any thread.
 */
final class Snapshots {
    /**
     * @param pauseOfAll the pause of everything
     * @param routes every service with its route
     */
    record Snapshot(Optional<PauseStatus> pauseOfAll, List<RouteStatus> routes) {}

    private final Registry registry;
    private final Supplier<Snapshot> look;
    private CompletableFuture<Snapshot> queued;

    /** @param look called on the registry thread */
    Snapshots(Registry registry, Supplier<Snapshot> look) {
        this.registry = registry;
        this.look = look;
    }

    synchronized CompletableFuture<Snapshot> next() {
        if (queued == null) {
            queued = registry.ask(() -> {
                started();
                return look.get();
            });
        }
        return queued.copy();
    }

    private synchronized void started() {
        queued = null;
    }
}
