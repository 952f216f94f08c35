package io.socketmaster.client.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The library's own loop as a group for applications: they may put their connections on it, and cannot end it. Any thread.
 */
final class SessionLoop extends AbstractEventExecutorGroup implements EventLoopGroup {
    private final EventLoop loop;

    SessionLoop(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public EventLoop next() {
        return loop;
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return Set.<EventExecutor>of(loop).iterator();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return loop.register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return loop.register(promise);
    }

    @Override
    @Deprecated // in Netty; inherited
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return loop.register(channel, promise);
    }

    // --- its end is the process's

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw notYours();
    }

    @Override
    @Deprecated // in Netty; inherited
    public void shutdown() {
        throw notYours();
    }

    private static UnsupportedOperationException notYours() {
        return new UnsupportedOperationException(
                "the sessions' event loop is shared by all of this process and ends with it;"
                        + " close the server channel instead");
    }

    @Override
    public boolean isShuttingDown() {
        return loop.isShuttingDown();
    }

    @Override
    public boolean isShutdown() {
        return loop.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return loop.isTerminated();
    }

    @Override
    public Future<?> terminationFuture() {
        return loop.terminationFuture();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loop.awaitTermination(timeout, unit);
    }
}
