package io.socketmaster.client.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.socketmaster.client.session.ClientLoop;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * The library's own loops as a group for applications: a connection lives on the loop of the session's connection that brings
 * it, anything else on the first. Applications cannot end them. Any thread.
 */
final class SessionLoop extends AbstractEventExecutorGroup implements EventLoopGroup {
    private final EventLoopGroup loops = ClientLoop.group();

    @Override
    public EventLoop next() {
        return ClientLoop.shared();
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return loops.iterator();
    }

    private static EventLoop loopOf(Channel channel) {
        return channel instanceof YamuxStreamChannel stream ? stream.sessionLoop() : ClientLoop.shared();
    }

    @Override
    public ChannelFuture register(Channel channel) {
        return loopOf(channel).register(channel);
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        return loopOf(promise.channel()).register(promise);
    }

    @Override
    @Deprecated // in Netty; inherited
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return loopOf(channel).register(channel, promise);
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
                "the sessions' event loops are shared by all of this process and end with it;"
                        + " close the server channel instead");
    }

    @Override
    public boolean isShuttingDown() {
        return loops.isShuttingDown();
    }

    @Override
    public boolean isShutdown() {
        return loops.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return loops.isTerminated();
    }

    @Override
    public Future<?> terminationFuture() {
        return loops.terminationFuture();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return loops.awaitTermination(timeout, unit);
    }
}
