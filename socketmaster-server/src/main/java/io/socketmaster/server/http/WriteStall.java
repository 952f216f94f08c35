package io.socketmaster.server.http;

import io.netty.channel.EventLoop;
import io.socketmaster.server.relay.Stalls;
import java.time.Duration;

/**
 * The deadline of a client that takes nothing of one response, which may be cut off sooner when memory is short. Owned by an
 * event loop, but for {@code sinceNanos}.
 */
final class WriteStall implements Stalls.Stalled {
    private final EventLoop loop;
    private final Deadline deadline;
    private final Stalls stalls;
    private final Runnable onMemoryShort;
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
        sinceNanos = System.nanoTime();
        stalls.begin(this);
        deadline.set(time, () -> {
            stalls.end(this);
            onMissed.run();
        });
    }

    boolean isSet() {
        return deadline.isSet();
    }

    /** It takes something again. */
    void clear() {
        stalls.end(this);
        deadline.clear();
    }

    /** The response has ended. */
    void dispose() {
        stalls.end(this);
        deadline.dispose();
    }

    // ---- any thread

    @Override
    public long sinceNanos() {
        return sinceNanos;
    }

    @Override
    public void cutOff() {
        loop.execute(() -> {
            if (deadline.isSet()) {
                clear();
                onMemoryShort.run();
            }
        });
    }
}
