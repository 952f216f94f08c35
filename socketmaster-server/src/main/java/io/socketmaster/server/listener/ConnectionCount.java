package io.socketmaster.server.listener;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections that are open, against a limit for those of clients; each also counts where it is {@code within}. Any thread. */
final class ConnectionCount {
    private final AtomicInteger open = new AtomicInteger();
    private final int limit;
    private final Optional<ConnectionCount> within;

    /**
     * @param within where each is counted too, and room is needed as well
     */
    ConnectionCount(int limit, Optional<ConnectionCount> within) {
        this.limit = limit;
        this.within = within;
    }

    /** Counts one more if there is room for it; then {@link #leave} is owed, once. */
    boolean tryEnter() {
        if (open.incrementAndGet() <= limit
                && within.map(ConnectionCount::tryEnter).orElse(true)) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    /** Counts one more, with or without room: what a client that was let in needs. Then {@link #leave} is owed, once. */
    void enter() {
        open.incrementAndGet();
        within.ifPresent(ConnectionCount::enter);
    }

    void leave() {
        open.decrementAndGet();
        within.ifPresent(ConnectionCount::leave);
    }
}
