package io.socketmaster.server.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One thing that must happen in time. Moving it costs no timer: the timer that runs looks again when it fires. Owned by
 * an event loop.
 */
final class Deadline {
    private final EventLoop loop;
    private long dueNanos;
    private Runnable onMissed;
    private ScheduledFuture<?> timer;
    private long timerNanos;

    Deadline(EventLoop loop) {
        this.loop = loop;
    }

    /** Replaces what was awaited: in {@code time} from now {@code onMissed} runs, unless it is cleared or replaced. */
    void set(Duration time, Runnable onMissed) {
        assert loop.inEventLoop();
        this.onMissed = onMissed;
        dueNanos = System.nanoTime() + time.toNanos();
        if (timer == null) {
            startTimer();
        } else if (timerNanos - dueNanos > 0) {
            timer.cancel(false);
            startTimer();
        }
    }

    boolean isSet() {
        return onMissed != null;
    }

    /** It happened. */
    void clear() {
        onMissed = null;
    }

    /** No more deadlines: lets go of the timer, which would hold on to its connection. */
    void dispose() {
        clear();
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void startTimer() {
        timerNanos = dueNanos;
        timer = loop.schedule(this::onTimer, dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        if (onMissed == null) {
            return;
        }
        if (dueNanos - System.nanoTime() > 0) {
            startTimer();
            return;
        }
        Runnable missed = onMissed;
        clear();
        missed.run();
    }
}
