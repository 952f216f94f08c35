package io.socketmaster.server.service;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way into a generation, and the count of what is inside.
 *
 * <p>Any thread enters and leaves; the registry thread opens and closes. The two sides meet as in Dekker's algorithm: who
 * wants in counts itself first, then looks whether the gate is open; who wants it empty closes it first, then looks at the
 * count; likewise for who watches. All are volatile accesses, which have one order for all threads: one of the two always sees the other, so that
 * a gate that was seen closed and empty stays empty until it is opened again.
 */
final class Gate {
    private final AtomicInteger inside = new AtomicInteger();
    private volatile boolean open;
    private volatile boolean watched;

    /** True is owed one {@link #leave}. False may be told of to {@code exit}, as the count was touched for a moment. */
    boolean tryEnter(Exit exit) {
        inside.incrementAndGet();
        if (open) {
            return true;
        }
        leave(exit);
        return false;
    }

    void leave(Exit exit) {
        int left = inside.decrementAndGet();
        assert left >= 0 : "more left than entered";
        if (left == 0 && (!open || watched)) {
            exit.onEmpty();
        }
    }

    void setOpen(boolean now) {
        open = now;
    }

    /** Whether the exit is told of an open gate too that is left empty. */
    void setWatched(boolean now) {
        watched = now;
    }

    /** Those inside, and for a moment those who find the gate closed. */
    int inside() {
        return inside.get();
    }

    /** Told, on the thread of the one who left, each time a closed or watched gate was left empty: perhaps again and again. */
    interface Exit {
        void onEmpty();
    }
}
