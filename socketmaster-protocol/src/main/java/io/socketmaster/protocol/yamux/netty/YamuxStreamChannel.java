package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.internal.StringUtil;
import io.socketmaster.protocol.channel.StreamChannel;
import io.socketmaster.protocol.yamux.StreamEnd;
import io.socketmaster.protocol.yamux.YamuxStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;

/**
 * A stream as a child channel of its session's connection. It lives on any event loop, its own, which owns every field
 * here; what the session must know goes through the session's mailbox. What is written goes by way of {@link StreamOutput}.
 *
 * <p>Backpressure both ways: what is not read keeps the stream's window shut, and a channel is writable while the session
 * takes what is written, that is, while the peer's window is open and the connection has room.
 *
 * <p>{@code close()} ends the stream with FIN behind what was flushed and written; with {@code SO_LINGER} 0 it resets it.
 * A stream that breaks delivers what came in before, then {@link StreamClosedException}, then closes.
 */
public final class YamuxStreamChannel extends StreamChannel {
    /** Bytes delivered before other channels of the loop get their turn. */
    private static final int DELIVERY_BYTES = 64 * 1024;

    /** What was read is reported to the session in portions of this size: less than the half window that stays open. */
    private static final int CONSUMED_PORTION = 64 * 1024;

    private static final ChannelMetadata METADATA = new ChannelMetadata(/* hasDisconnect= */ false, 16);

    private final YamuxSessionHandler session;
    private final StreamLink link;
    private final boolean ours;
    private final StreamChannelConfig config = new StreamChannelConfig(this);

    private final Runnable loopEnds = this::resetAndClose;

    private final InboundQueue inbound;
    private boolean readPending;
    private boolean deliveryScheduled;
    private int consumed;
    private boolean finishReceived;
    private StreamClosedException broken;

    private final StreamOutput output;

    // Read by any thread.
    private volatile Channel adopter;
    private volatile Runnable refused;

    private YamuxStreamChannel(
            YamuxSessionHandler session, Channel parent, StreamPreface.Addresses addresses, boolean ours) {
        super(parent, addresses.remote(), addresses.local());
        this.session = session;
        this.ours = ours;
        config.setAllocator(parent.alloc());
        this.inbound = new InboundQueue(alloc());
        this.link = new StreamLink(session, this);
        this.output = new StreamOutput(this, session, link);
    }

    static YamuxStreamChannel ours(YamuxSessionHandler session, Channel parent) {
        var addresses = new StreamPreface.Addresses(parent.remoteAddress(), parent.localAddress());
        return new YamuxStreamChannel(session, parent, addresses, /* ours= */ true);
    }

    static YamuxStreamChannel peers(
            YamuxSessionHandler session, Channel parent, StreamPreface.Addresses addresses, YamuxStream stream) {
        YamuxStreamChannel channel = new YamuxStreamChannel(session, parent, addresses, /* ours= */ false);
        channel.link.opened(stream);
        return channel;
    }

    /**
     * Makes {@code newParent} the {@link #parent()}, instead of the session's connection: frameworks look for their server
     * channel there. Before the channel is registered.
     */
    public void adopt(Channel newParent) {
        adopter = newParent;
    }

    @Override
    public Channel parent() {
        Channel adoptive = adopter;
        return adoptive != null ? adoptive : super.parent();
    }

    /** The loop of the connection that carries this stream. Any thread. */
    public EventLoop sessionLoop() {
        return session.loop();
    }

    StreamLink link() {
        return link;
    }

    /**
     * Resets a stream that the peer opened and nobody takes. Any thread; only before the channel is registered, so that no
     * loop is there to complete its {@link #closeFuture}.
     */
    public void refuse() {
        unsafe().closeForcibly();
        Runnable told = refused;
        if (told != null) {
            told.run();
        }
    }

    /** What {@link #refuse} tells, on its caller's thread. Before anybody can refuse. */
    public void whenRefused(Runnable action) {
        refused = action;
    }

    // ---- from the session, on this channel's loop

    void onEstablished() {
        if (isOpen()) {
            pipeline().fireUserEventTriggered(StreamEstablished.INSTANCE);
        }
    }

    /** Takes ownership of {@code data}. */
    void onData(ByteBuf data) {
        assert eventLoop().inEventLoop();
        if (isInputShutdown()) {
            consume(data.readableBytes());
            data.release();
            return;
        }
        inbound.add(data, readPending);
        scheduleDelivery();
    }

    void onSent(int bytes) {
        output.sent(bytes);
        if (isOpen()) {
            flushMore();
        }
    }

    void onFinished() {
        finishReceived = true;
        scheduleDelivery();
    }

    void onBroken(StreamEnd end, boolean established) {
        if (!isOpen()) {
            return;
        }
        broken = switch (end) {
            case RESET ->
                new StreamClosedException(StreamClosedException.Cause.RESET, established, "the peer reset the stream");
            case SESSION_LOST ->
                new StreamClosedException(
                        StreamClosedException.Cause.SESSION_LOST, established, "the session ended under the stream");
            case NEVER_SENT ->
                new StreamClosedException(
                        StreamClosedException.Cause.NEVER_SENT, established, "the session takes no more streams");
        };
        output.fail(broken);
        // Fails what is waiting to be written.
        flushMore();
        scheduleDelivery();
    }

    // ---- inbound

    @Override
    protected void doBeginRead() {
        readPending = true;
        scheduleDelivery();
    }

    /** Auto-read was switched off: what is under way waits for the next read. Any thread. */
    void clearReadPending() {
        if (!isRegistered()) {
            readPending = false;
        } else if (eventLoop().inEventLoop()) {
            readPending = false;
        } else {
            eventLoop().execute(() -> readPending = config.isAutoRead() && readPending);
        }
    }

    private void scheduleDelivery() {
        boolean something = inbound.isEmpty() ? endIsDue() : readPending;
        if (something && !deliveryScheduled && isOpen()) {
            deliveryScheduled = true;
            try {
                eventLoop().execute(this::deliver);
            } catch (RejectedExecutionException loopEnded) {
                // Its shutdown hook closes this channel; until then nothing is delivered.
                deliveryScheduled = false;
            }
        }
    }

    private void deliver() {
        deliveryScheduled = false;
        if (readPending && !inbound.isEmpty()) {
            readPending = false;
            deliverData();
        }
        if (isOpen() && inbound.isEmpty()) {
            deliverEnd();
        }
        scheduleDelivery();
    }

    private void deliverData() {
        boolean autoRead = config.isAutoRead();
        int delivered = 0;
        for (ByteBuf data; delivered < DELIVERY_BYTES && (data = inbound.poll()) != null; ) {
            delivered += data.readableBytes();
            pipeline().fireChannelRead(data);
            if (autoRead && !config.isAutoRead()) {
                // Whoever switched it off has enough.
                break;
            }
        }
        consume(delivered);
        pipeline().fireChannelReadComplete();
    }

    /** What came in before the end was delivered: now the end. */
    private void deliverEnd() {
        if (finishIsDue()) {
            readPending = false;
            inputEnded();
            if (config.allowsHalfClosure()) {
                pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
            } else {
                close();
            }
        }
        if (isOpen() && breakIsDue()) {
            pipeline().fireExceptionCaught(broken);
            close();
        }
    }

    private boolean endIsDue() {
        return finishIsDue() || breakIsDue();
    }

    private boolean finishIsDue() {
        return finishReceived && !isInputShutdown() && readPending;
    }

    /** A peer that finished before the session was lost has said all it had to say, and that is delivered first. */
    private boolean breakIsDue() {
        return broken != null && (!finishReceived || isInputShutdown());
    }

    private void consume(int bytes) {
        consumed += bytes;
        if (consumed >= CONSUMED_PORTION) {
            int portion = consumed;
            consumed = 0;
            session.post(() -> link.stream().consume(portion));
        }
    }

    // ---- outbound

    @Override
    protected void doWrite(ChannelOutboundBuffer out) throws IOException {
        do {
            output.write(out);
            // What is sent meanwhile is not told to us: a flush is under way.
        } while (session.writeIfMuchWaits() && output.hasAllowance() && out.current() != null);
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf || message instanceof FileRegion) {
            return message;
        }
        throw new UnsupportedOperationException(
                "a stream carries ByteBuf and FileRegion, not " + StringUtil.simpleClassName(message));
    }

    /** With FIN; what was not flushed before fails. */
    @Override
    protected void endOutput(ChannelPromise promise) {
        if (!isOpen()) {
            promise.tryFailure(broken != null ? broken : new ClosedChannelException());
        } else if (output.askToFinish(promise)) {
            flushMore();
            output.finishIfIdle(unsafe().outboundBuffer());
        }
    }

    // ---- life

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    @SuppressWarnings("deprecation") // Netty 4.1 has no other
    protected void doRegister() {
        if (isActive()) {
            throw new IllegalStateException("a stream stays on the event loop that it was registered on");
        }
        activate();
        EventLoop loop = eventLoop();
        if (loop instanceof SingleThreadEventExecutor executor) {
            executor.addShutdownHook(loopEnds);
        }
        session.post(new Registration(loop));
    }

    /** The loop knows sockets, not this channel: it would not close it. */
    private void resetAndClose() {
        config.setOption(ChannelOption.SO_LINGER, 0);
        unsafe().close(unsafe().voidPromise());
    }

    @Override
    protected void closeStream(boolean wasActive) {
        inbound.drop();
        output.close();
        if (wasActive) {
            if (eventLoop() instanceof SingleThreadEventExecutor executor) {
                executor.removeShutdownHook(loopEnds);
            }
            if (broken == null) {
                session.post(
                        config.resetsOnClose() ? () -> link.stream().reset() : () -> session.abandon(link.stream()));
            }
        } else if (!ours) {
            session.post(new Refusal());
        }
    }

    /** Ties the stream to this channel's loop. */
    private final class Registration implements Mailbox.Letter {
        private final EventLoop loop;

        Registration(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void open() {
            if (ours) {
                link.open(loop);
            } else {
                link.attach(loop);
            }
        }

        @Override
        public void discard() {
            link.dropWaiting();
            try {
                loop.execute(() -> onBroken(ours ? StreamEnd.NEVER_SENT : StreamEnd.SESSION_LOST, !ours));
            } catch (RejectedExecutionException loopEnded) {
                // Its shutdown hook closed this channel.
            }
        }
    }

    private final class Refusal implements Mailbox.Letter {
        @Override
        public void open() {
            link.refuse();
        }

        @Override
        public void discard() {
            link.dropWaiting();
        }
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOutputShutdown() {
        return output.isFinished() || !isOpen();
    }

    @Override
    protected void dropInput() {
        consume(inbound.drop());
    }
}
