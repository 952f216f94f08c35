package io.socketmaster.server.http;

import io.netty.channel.EventLoop;
import io.socketmaster.server.relay.Stalls;
import java.time.Duration;

/**
 * Watches a client that takes nothing of one response, or of one tunnel: it may have a deadline, and may be cut off when memory
 * is short. Owned by an event loop, but for {@code sinceNanos}.
 */
final class WriteStall implements Stalls.Stalled {
    private final EventLoop loop;
    private final Deadline deadline;
    private final Stalls stalls;
    private final Runnable onMemoryShort;
    private boolean waiting;
    private volatile long sinceNanos;

    /** @param onMemoryShort cuts it off, on the loop */
    WriteStall(EventLoop loop, Stalls stalls, Runnable onMemoryShort) {
        this.loop = loop;
        this.deadline = new Deadline(loop);
        this.stalls = stalls;
        this.onMemoryShort = onMemoryShort;
    }

    /** It takes nothing from now on: in {@code time} {@code onMissed} runs, unless this is cleared before. */
    void set(Duration time, Runnable onMissed) {
        begin();
        deadline.set(time, () -> {
            end();
            onMissed.run();
        });
    }

    /** It takes nothing from now on, and may do so for as long as there is memory. */
    void begin() {
        waiting = true;
        sinceNanos = System.nanoTime();
        stalls.begin(this);
    }

    boolean isSet() {
        return waiting;
    }

    /** It takes something again. */
    void clear() {
        end();
        deadline.clear();
    }

    /** The response, or the tunnel, has ended. */
    void dispose() {
        end();
        deadline.dispose();
    }

    private void end() {
        waiting = false;
        stalls.end(this);
    }

    // ---- any thread

    @Override
    public long sinceNanos() {
        return sinceNanos;
    }

    @Override
    public void cutOff() {
        loop.execute(() -> {
            if (waiting) {
                clear();
                onMemoryShort.run();
            }
        });
    }
}
