package io.socketmaster.benchmarks.service;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A {@link Sink} that reads no faster than a given rate. Fields belong to the channel's event loop. */
final class SlowSink extends Sink {
    private static final int TICK_MILLIS = 20;

    private final long bytesPerSecond;
    private long startedNanos;
    private ScheduledFuture<?> ticks;

    SlowSink(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
        startedNanos = System.nanoTime();
        ticks = ctx.executor()
                .scheduleAtFixedRate(() -> readIfDue(ctx), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void readIfDue(ChannelHandlerContext ctx) {
        double due = (System.nanoTime() - startedNanos) * 1e-9 * bytesPerSecond;
        if (count() < due) {
            ctx.read();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ticks.cancel(/* mayInterruptIfRunning= */ false);
    }
}
