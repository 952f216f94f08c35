package io.socketmaster.server.service;

import java.util.concurrent.atomic.AtomicInteger;

/** How many may wait at once, over all services that share it (contract section 3). Any thread. */
public final class HoldBudget {
    /** How many may wait in all, unless configured otherwise. */
    public static final int DEFAULT_LIMIT = 8_192;

    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();

    /** @param limit how many may wait at once; 0 means that nobody may */
    public HoldBudget(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("the limit " + limit + " of waiting requests is negative");
        }
        this.limit = limit;
    }

    /** How many wait now, those on their way into a queue included. */
    public int taken() {
        return taken.get();
    }

    public int limit() {
        return limit;
    }

    boolean tryTake() {
        // Optimistic: two that race for the last place may both be sent away, but never both let in.
        if (taken.incrementAndGet() <= limit) {
            return true;
        }
        taken.decrementAndGet();
        return false;
    }

    void giveBack() {
        int left = taken.decrementAndGet();
        assert left >= 0 : "more places given back than taken";
    }
}
