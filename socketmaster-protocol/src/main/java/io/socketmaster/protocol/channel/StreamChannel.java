package io.socketmaster.protocol.channel;

import io.netty.channel.AbstractChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import java.net.SocketAddress;

/**
 * A stream of a multiplexed connection as a child channel of it: neither bound nor connected by anybody but its connection,
 * and ended one direction at a time. How bytes come and go is for the subclass.
 *
 * <p>Everything happens on the channel's event loop; what asks for the end of a direction may come from any thread, and is taken
 * there. The state may be read by any thread, as Netty's contract for a channel asks.
 */
public abstract class StreamChannel extends AbstractChannel implements DuplexChannel {
    private final SocketAddress remoteAddress;
    private final SocketAddress localAddress;

    // Read by any thread; written on the loop.
    private volatile boolean open = true;
    private volatile boolean active;
    private volatile boolean inputShutdown;

    /**
     * @param connection the {@link #parent()}
     * @param remoteAddress {@code null} if unknown
     * @param localAddress {@code null} if unknown
     */
    protected StreamChannel(Channel connection, SocketAddress remoteAddress, SocketAddress localAddress) {
        super(connection);
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
    }

    // ---- for the subclass, which calls these on the loop and is called there

    /** Registered: from now on until it is closed, the channel is active. */
    protected final void activate() {
        active = true;
    }

    /** The peer has ended its direction, and all that came before was read. */
    protected final void inputEnded() {
        inputShutdown = true;
    }

    /** Goes on writing what was flushed before and found no room. */
    protected final void flushMore() {
        ((StreamUnsafe) unsafe()).flushMore();
    }

    /** Drops what came in and was not read; called when nobody reads any more, and what comes later is dropped as well. */
    protected abstract void dropInput();

    /**
     * Ends our direction, behind all that was flushed and written before. Called any number of times, when closed too.
     *
     * @param promise to be completed when that is done, or cannot be
     */
    protected abstract void endOutput(ChannelPromise promise);

    /**
     * Ends the stream on its connection. The channel is not open any more; once only.
     *
     * @param wasActive whether it was registered; if not, this may be any thread
     */
    protected abstract void closeStream(boolean wasActive);

    // ---- ending a direction

    @Override
    public final ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    /** What still comes in is read and dropped. Any thread. */
    @Override
    public final ChannelFuture shutdownInput(ChannelPromise promise) {
        if (eventLoop().inEventLoop()) {
            endInput(promise);
        } else {
            eventLoop().execute(() -> endInput(promise));
        }
        return promise;
    }

    private void endInput(ChannelPromise promise) {
        inputShutdown = true;
        dropInput();
        promise.trySuccess();
    }

    @Override
    public final ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    /** Ends our direction, behind all that was flushed and written before. Any thread. */
    @Override
    public final ChannelFuture shutdownOutput(ChannelPromise promise) {
        if (eventLoop().inEventLoop()) {
            endOutput(promise);
        } else {
            eventLoop().execute(() -> endOutput(promise));
        }
        return promise;
    }

    @Override
    public final ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public final ChannelFuture shutdown(ChannelPromise promise) {
        shutdownInput();
        return shutdownOutput(promise);
    }

    @Override
    protected final void doClose() {
        boolean wasActive = active;
        open = false;
        active = false;
        closeStream(wasActive);
    }

    @Override
    protected final void doDisconnect() {
        doClose();
    }

    // ---- state

    @Override
    public final boolean isOpen() {
        return open;
    }

    @Override
    public final boolean isActive() {
        return open && active;
    }

    @Override
    public final boolean isInputShutdown() {
        return inputShutdown || !open;
    }

    @Override
    public final boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    // ---- what its connection has done for it

    @Override
    protected final SocketAddress localAddress0() {
        return localAddress;
    }

    @Override
    protected final SocketAddress remoteAddress0() {
        return remoteAddress;
    }

    @Override
    protected final void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a stream is bound by its connection");
    }

    @Override
    protected final AbstractUnsafe newUnsafe() {
        return new StreamUnsafe();
    }

    private final class StreamUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("a stream is connected by its connection"));
        }

        void flushMore() {
            super.flush0();
        }
    }
}
