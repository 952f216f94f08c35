package io.socketmaster.server.relay;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all {@link ReplayBuffer}s of a daemon may keep together (contract section 5), so that many slow clients cannot make it
 * keep more than one number says. Any thread.
 */
public final class ReplayBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * @param limit in bytes
     */
    public ReplayBudget(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("the replay budget is " + limit + " bytes, but must not be negative");
        }
        this.limit = limit;
    }

    /** Takes {@code bytes}, which are owed a {@link #giveBack}, or nothing if that many are not left. */
    boolean tryReserve(int bytes) {
        long before = used.get();
        while (before + bytes <= limit) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    void giveBack(int bytes) {
        long left = used.addAndGet(-bytes);
        assert left >= 0 : "more was given back than was taken";
    }

    /** Bytes that are taken now. */
    public long used() {
        return used.get();
    }
}
