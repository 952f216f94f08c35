package io.socketmaster.server.listener;

import io.socketmaster.server.config.MemorySettings;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.relay.Stalls;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Sees to it that clients which do not take their answers leave memory to the others. Nobody looks while nothing is sent:
 * whoever sends something to a client asks {@link #areSendsBounded}, and one of them looks, at most every 25 ms. Any thread.
 */
public final class MemoryWatch {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    private final MemorySettings settings;
    private final Supplier<MemoryUse> gauge;
    private final LongSupplier nanoTime;
    private final DaemonEvents events;
    private final Stalls stalls = new Stalls();
    private final AtomicLong lookedNanos;
    private volatile MemoryState state = MemoryState.ENOUGH;

    /**
     * @param gauge tells the use; called on event loops, so it must not wait for anything
     * @param nanoTime {@link System#nanoTime}
     */
    public MemoryWatch(MemorySettings settings, Supplier<MemoryUse> gauge, LongSupplier nanoTime, DaemonEvents events) {
        this.settings = settings;
        this.gauge = gauge;
        this.nanoTime = nanoTime;
        this.events = events;
        this.lookedNanos = new AtomicLong(nanoTime.getAsLong() - LOOK_NANOS);
    }

    /** Whether a client's connection may have only {@link #sendBytes} in the kernel; asked before something is sent. */
    boolean areSendsBounded() {
        long now = nanoTime.getAsLong();
        long looked = lookedNanos.get();
        if (now - looked >= LOOK_NANOS && lookedNanos.compareAndSet(looked, now)) {
            look(now);
        }
        return state.sendsBounded();
    }

    int sendBytes() {
        return settings.tightSendBytes();
    }

    /** Those who take nothing. */
    Stalls stalls() {
        return stalls;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    private void look(long now) {
        MemoryUse use = gauge.get();
        MemoryState before = state;
        MemoryState next = before.after(use, settings);
        state = next;
        if (!next.equals(before)) {
            events.memoryChanged(next.word(), use.tcpPercent(), use.bufferPercent());
        }
        if (next.cuttingOff()) {
            stalls.cutOffLongest(now);
        }
    }
}
