package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.socketmaster.protocol.yamux.FrameBatch;
import io.socketmaster.protocol.yamux.SessionEvents;
import io.socketmaster.protocol.yamux.StreamEvents;
import io.socketmaster.protocol.yamux.YamuxSession;
import io.socketmaster.protocol.yamux.YamuxStream;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs a {@link YamuxSession} on its connection's event loop, which owns every field here; what other threads ask goes
 * through the {@link Mailbox}.
 *
 * <p>Everything that happens on the loop is a burst: bytes that came in, letters from streams, a timer. When it ends, the
 * frames that it caused are written with one flush, and each other loop that has news is woken once. Bulk data does not wait
 * for that: see {@link #writeIfMuchWaits}.
 */
public final class YamuxSessionHandler extends ChannelInboundHandlerAdapter {
    /** Most that is framed before the connection is asked again whether it has room. */
    private static final int MAX_BATCH_BYTES = 128 * 1024;

    /**
     * So much from streams of this loop is written before the burst ends. One burst may read many clients; what it reads is
     * written for half the price while it is still in the processor's cache.
     */
    private static final int PROMPT_BYTES = 64 * 1024;

    /** How often the session forgives glitches, which is what {@link YamuxSession#tick} counts on. */
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long a connection that cannot be written to is read. */
    private static final long LAST_READS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final YamuxSettings settings;
    private final SessionListener listener;
    private final Optional<StreamPreface> preface;
    private final YamuxSession core;
    private final Map<EventLoop, Mailbox> mailboxes = new IdentityHashMap<>();

    // Read by any thread that opens a stream; written once.
    private volatile ChannelHandlerContext ctx;
    private volatile Mailbox toSession;

    private final ChannelFutureListener onWritten = written -> {
        if (!written.isSuccess()) {
            onWriteFailed(written.cause());
        }
    };

    private FrameBatch batch;
    /** Bytes that streams have sent since frames were last written. */
    private int sentInBurst;

    private boolean writing;
    private boolean writeFailed;
    private boolean burstEndScheduled;
    private boolean closed;

    private long lastHeardNanos;
    private long lastTickNanos;
    private boolean pingUnanswered;
    private long pingedNanos;
    private ScheduledFuture<?> livenessCheck;
    /** A loop that is shut down without a quiet period may end without closing its channels. */
    private final Runnable loopEnds = () -> core().lose("the event loop was shut down");

    /**
     * @param role which side of the connection we are
     * @param listener learns of streams and of the end
     * @param preface read off each stream that the peer opens; empty: streams have none
     */
    public YamuxSessionHandler(
            YamuxSession.Role role, YamuxSettings settings, SessionListener listener, Optional<StreamPreface> preface) {
        this.settings = settings;
        this.listener = listener;
        this.preface = preface;
        this.core = new YamuxSession(role, settings.limits(), new Decisions());
    }

    // ---- any thread, once the handler is in its pipeline

    /**
     * Opens a stream whose channel lives on {@code loop}. Call it there: the channel is registered and active when this
     * returns, with auto-read off. What goes wrong arrives as {@link StreamClosedException} and the channel's closing.
     *
     * @param handler goes into the channel's pipeline first
     */
    public YamuxStreamChannel openStream(EventLoop loop, ChannelHandler handler) {
        YamuxStreamChannel channel = YamuxStreamChannel.ours(this, ctx.channel());
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(handler);
        loop.register(channel);
        return channel;
    }

    /** The connection's. */
    EventLoop loop() {
        return ctx.channel().eventLoop();
    }

    /** Takes and opens no more streams; those that run go on. */
    public void goAway() {
        post(core::goAway);
    }

    /** Ends the session and every stream of it. */
    public void close(String reason) {
        post(() -> core.lose(reason));
    }

    // ---- streams' channels, on any loop

    void post(Mailbox.Letter letter) {
        Mailbox mailbox = toSession;
        if (mailbox.receiver().inEventLoop()) {
            letter.open();
            endBurstSoon();
        } else {
            mailbox.post(letter);
        }
    }

    // ---- the session's loop

    YamuxSession core() {
        return core;
    }

    Mailbox mailboxTo(EventLoop loop) {
        assert ctx.executor().inEventLoop();
        return mailboxes.computeIfAbsent(loop, l -> new Mailbox(l, () -> {}));
    }

    /** Tells a stream's channel something: at once if it lives here, at the end of the burst if not. */
    void tell(Mailbox toChannel, Mailbox.Letter letter) {
        assert ctx.executor().inEventLoop();
        if (toChannel.receiver().inEventLoop()) {
            letter.open();
        } else {
            toChannel.leave(letter);
        }
    }

    /** Sends a stream's data in this burst. Takes ownership of {@code data}. */
    void send(YamuxStream stream, ByteBuf data) {
        assert ctx.executor().inEventLoop();
        sentInBurst += data.readableBytes();
        stream.send(data);
    }

    /**
     * Writes frames now if streams have sent enough in this burst. Any thread: one that is not the session's leaves it to the
     * session's own bursts.
     *
     * @return whether it did, so that the caller's stream may have room for more
     */
    boolean writeIfMuchWaits() {
        if (!ctx.executor().inEventLoop() || writing || sentInBurst < PROMPT_BYTES) {
            return false;
        }
        writeFrames();
        return true;
    }

    /** A stream whose application closed it: reset later, if the peer does not end it. */
    void abandon(YamuxStream stream) {
        stream.abandon(System.nanoTime(), settings.linger().toNanos());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        batch = new FrameBatch(ctx.alloc(), frames -> ctx.write(frames).addListener(onWritten));
        // A peer that is killed resets the connection; what it said before is here still, and is read to its end.
        ctx.channel().config().setAutoClose(false);
        toSession = new Mailbox(ctx.channel().eventLoop(), this::endBurst);
        lastHeardNanos = System.nanoTime();
        lastTickNanos = lastHeardNanos;
        if (ctx.executor() instanceof SingleThreadEventExecutor loop) {
            loop.addShutdownHook(loopEnds);
        }
        scheduleLivenessCheck(settings.quiet().toNanos());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext oldCtx) {
        core.lose("the connection was taken away from the session");
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf)) {
            ReferenceCountUtil.release(message);
            throw new IllegalStateException("a session reads bytes, not " + message.getClass());
        }
        lastHeardNanos = System.nanoTime();
        pingUnanswered = false;
        ByteBuf bytes = (ByteBuf) message;
        try {
            core.receive(bytes);
        } finally {
            bytes.release();
            endBurstSoon();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        endBurst();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            endBurstSoon();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        core.lose("end of file");
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        core.lose("connection failed: " + (cause instanceof IOException ? cause.getMessage() : cause));
    }

    /** Reading tells the end, behind what came in before; this one only where it does not. */
    private void onWriteFailed(Throwable cause) {
        if (writeFailed || closed) {
            return;
        }
        writeFailed = true;
        try {
            ctx.executor().schedule(() -> exceptionCaught(ctx, cause), LAST_READS_NANOS, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException loopEnded) {
            exceptionCaught(ctx, cause);
        }
    }

    private void endBurstSoon() {
        if (!burstEndScheduled) {
            burstEndScheduled = true;
            try {
                ctx.executor().execute(this::endBurst);
            } catch (RejectedExecutionException loopEnded) {
                // Nothing is written any more; the shutdown hook tells the streams.
                burstEndScheduled = false;
            }
        }
    }

    private void endBurst() {
        burstEndScheduled = false;
        writeFrames();
        for (Mailbox mailbox : mailboxes.values()) {
            mailbox.ring();
        }
    }

    private void writeFrames() {
        sentInBurst = 0;
        writing = true;
        boolean wrote = false;
        try {
            while (ctx.channel().isWritable() && core.hasOutput()) {
                core.produce(batch, (int) Math.min(ctx.channel().bytesBeforeUnwritable(), MAX_BATCH_BYTES));
                batch.finish();
                wrote = true;
            }
        } finally {
            writing = false;
        }
        if (wrote) {
            ctx.flush();
        }
    }

    // ---- time

    private void scheduleLivenessCheck(long delayNanos) {
        long dueNanos = Math.min(Math.min(delayNanos, settings.linger().toNanos()), TICK_NANOS);
        livenessCheck = ctx.executor().schedule(this::checkLiveness, dueNanos, TimeUnit.NANOSECONDS);
    }

    private void checkLiveness() {
        if (closed) {
            return;
        }
        long now = System.nanoTime();
        for (; now - lastTickNanos >= TICK_NANOS; lastTickNanos += TICK_NANOS) {
            core.tick();
        }
        core.resetOverdue(now);
        long silentNanos = now - lastHeardNanos;
        long quietNanos = settings.quiet().toNanos();
        if (silentNanos < quietNanos) {
            scheduleLivenessCheck(quietNanos - silentNanos);
        } else if (!pingUnanswered) {
            pingUnanswered = true;
            pingedNanos = now;
            core.ping((int) now);
            scheduleLivenessCheck(settings.answer().toNanos());
        } else if (now - pingedNanos < settings.answer().toNanos()) {
            scheduleLivenessCheck(settings.answer().toNanos() - (now - pingedNanos));
        } else {
            core.lose("no sign of life for " + TimeUnit.NANOSECONDS.toSeconds(silentNanos)
                    + " s, and a ping was not answered");
        }
        endBurst();
    }

    /** What the session decided. */
    private final class Decisions implements SessionEvents {
        @Override
        public StreamEvents onStream(YamuxStream stream) {
            if (preface.isPresent()) {
                return new PrefaceReader(stream, ctx.alloc(), preface.get(), Decisions.this::announce);
            }
            return announce(
                    stream,
                    new StreamPreface.Addresses(
                            ctx.channel().remoteAddress(), ctx.channel().localAddress()));
        }

        private StreamEvents announce(YamuxStream stream, StreamPreface.Addresses addresses) {
            YamuxStreamChannel channel =
                    YamuxStreamChannel.peers(YamuxSessionHandler.this, ctx.channel(), addresses, stream);
            listener.onStream(channel);
            return channel.link();
        }

        @Override
        public void onPong(int value) {
            // That it came was noted with its bytes.
        }

        @Override
        public void onGoAway() {
            listener.onGoAway();
        }

        @Override
        public void onFailed(String reason) {
            closed = true;
            livenessCheck.cancel(/* mayInterruptIfRunning= */ false);
            if (ctx.executor() instanceof SingleThreadEventExecutor loop) {
                loop.removeShutdownHook(loopEnds);
            }
            endBurst();
            ctx.close();
            listener.onClosed(reason);
        }
    }
}
