package io.socketmaster.server.listener;

import io.socketmaster.server.service.Service;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * Waits until nothing is in flight on any of several services: waits for the first one that is busy, then looks at all of
 * them again. Registry thread.
 */
final class IdleSearch {
    private final Supplier<? extends Collection<? extends Service<?>>> services;
    private final Runnable onIdle;
    private Runnable forget = () -> {};
    private boolean over;

    /** @param services those that count at the moment of asking */
    IdleSearch(Supplier<? extends Collection<? extends Service<?>>> services, Runnable onIdle) {
        this.services = services;
        this.onIdle = onIdle;
    }

    void look() {
        if (over) {
            return;
        }
        for (Service<?> service : services.get()) {
            if (service.inFlight() > 0) {
                forget = service.whenIdle(this::look);
                return;
            }
        }
        over = true;
        onIdle.run();
    }

    void cancel() {
        over = true;
        forget.run();
    }
}
