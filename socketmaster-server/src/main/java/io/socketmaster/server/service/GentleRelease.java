package io.socketmaster.server.service;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The pace at which a returning service gets what was held for it (contract section 3): a number of slots at first; each
 * stream that the service takes frees its slot and adds one, so that the pace doubles with each round trip.
 *
 * <p>A service that takes streams without ever saying so does not stall the release: a slot is free again after some
 * patience, without adding one, so that such a service gets {@code slots} each {@code patience}.
 *
 * <p>Decides only; registry thread.
 */
final class GentleRelease {
    private final long patienceNanos;
    private final Queue<Slot> oldestFirst = new ArrayDeque<>();
    private int slots;
    private int taken;

    GentleRelease(int slots, Duration patience) {
        this.slots = slots;
        this.patienceNanos = patience.toNanos();
    }

    boolean hasRoom() {
        return taken < slots;
    }

    Slot take(long nowNanos) {
        taken++;
        Slot slot = new Slot(this, nowNanos);
        oldestFirst.add(slot);
        return slot;
    }

    /** How long until the oldest slot is freed by time; only when there is no room. */
    long nanosToNextTimeout(long nowNanos) {
        dropFree();
        return Math.max(0, oldestFirst.element().takenNanos + patienceNanos - nowNanos);
    }

    void freeOverdue(long nowNanos) {
        for (dropFree(); !oldestFirst.isEmpty(); dropFree()) {
            Slot oldest = oldestFirst.element();
            if (nowNanos - oldest.takenNanos < patienceNanos) {
                return;
            }
            oldest.free(/* widen= */ false);
        }
    }

    private void dropFree() {
        while (!oldestFirst.isEmpty() && oldestFirst.element().free) {
            oldestFirst.remove();
        }
    }

    /** One released stream that the service has not taken yet. */
    static final class Slot {
        private final GentleRelease release;
        private final long takenNanos;
        private boolean free;

        private Slot(GentleRelease release, long takenNanos) {
            this.release = release;
            this.takenNanos = takenNanos;
        }

        /** @param widen whether the service kept up, and one more may be on its way at once */
        void free(boolean widen) {
            if (free) {
                return;
            }
            free = true;
            release.taken--;
            if (widen) {
                release.slots++;
            }
        }
    }
}
