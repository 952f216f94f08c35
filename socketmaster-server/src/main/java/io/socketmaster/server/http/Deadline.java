package io.socketmaster.server.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One thing that must happen in time. Moving it costs no timer: the timer that runs looks again when it fires. Owned by
 * an event loop.
 *
 * <p>Late by up to {@link #GRID_NANOS}: timers of many connections fall on the same instants. Each instant costs its loop
 * half a millisecond, for which Netty's {@code NioIoHandler} selects again and again until a timer is due, and with an instant
 * for each connection the loop did nothing else.
 */
final class Deadline {
    /** Between two instants at which timers fire. */
    private static final long GRID_NANOS = TimeUnit.MILLISECONDS.toNanos(32);

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
        } else if (timerNanos - onGrid(dueNanos) > 0) {
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
        timerNanos = onGrid(dueNanos);
        timer = loop.schedule(this::onTimer, timerNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private static long onGrid(long nanos) {
        return -Math.floorDiv(-nanos, GRID_NANOS) * GRID_NANOS;
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
