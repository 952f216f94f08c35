package io.socketmaster.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream between an event loop, which never waits, and threads that do. What both touch is guarded by the lock, which
 * nobody holds for longer than it takes to copy one buffer.
 *
 * <p>Memory: at most {@link #READ_AHEAD} plus one delivery of the channel is waiting to be read here, and at most {@link
 * #WRITE_BEHIND} plus one piece is written and not yet taken by the session. Beyond that the channel's window stays shut,
 * and {@link #write} waits.
 */
final class BlockingStream extends ChannelInboundHandlerAdapter {
    /** While less than this waits to be read, the channel is asked for more. */
    private static final int READ_AHEAD = 64 * 1024;

    /** While this much is under way, a write waits. */
    private static final int WRITE_BEHIND = 128 * 1024;

    /** Largest piece that is copied at once. */
    private static final int PIECE = 32 * 1024;

    /** How long a closed connection may take to deliver what was written and to see the client's end, before it is cut. */
    private static final Duration LINGER = Duration.ofSeconds(60);

    private final YamuxStreamChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition readable = lock.newCondition();
    private final Condition writable = lock.newCondition();

    // Guarded by the lock.
    private final ArrayDeque<ByteBuf> received = new ArrayDeque<>();
    private int receivedBytes;
    private boolean readRequested;
    private boolean inputEnded;
    private int underWay;
    private boolean outputEnded;
    private boolean closed;
    private SocketException failure;
    private long readTimeoutNanos;

    // On the loop only.
    private boolean outputDelivered;

    BlockingStream(YamuxStreamChannel channel) {
        this.channel = channel;
    }

    /** Takes the stream; its channel lives on {@code loop} from now on. Any thread. */
    void start(EventLoop loop) {
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast(this);
        loop.register(channel);
        lock.lock();
        try {
            requestMore();
        } finally {
            lock.unlock();
        }
    }

    void setReadTimeout(Duration timeout) {
        lock.lock();
        try {
            readTimeoutNanos = timeout.isZero() ? 0 : AcceptQueue.nanos(timeout);
        } finally {
            lock.unlock();
        }
    }

    // ---- reading, any thread

    int read(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            awaitReadable();
            ByteBuf first = received.peek();
            if (first == null) {
                return -1;
            }
            int count = Math.min(length, first.readableBytes());
            first.readBytes(bytes, offset, count);
            receivedBytes -= count;
            if (!first.isReadable()) {
                received.remove().release();
            }
            requestMore();
            return count;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when there are bytes, or none will come any more; what came in before a failure is read first. */
    private void awaitReadable() throws IOException {
        long left = readTimeoutNanos == 0 ? Long.MAX_VALUE : readTimeoutNanos;
        while (true) {
            requireOpen();
            if (!received.isEmpty() || inputEnded) {
                return;
            }
            requireWhole();
            if (left <= 0) {
                throw new SocketTimeoutException(
                        "nothing to read for " + TimeUnit.NANOSECONDS.toMillis(readTimeoutNanos) + " ms");
            }
            left = await(readable, left, "reading");
        }
    }

    /** Asks the channel for the next delivery, once. */
    private void requestMore() {
        if (!readRequested && !inputEnded && failure == null && receivedBytes < READ_AHEAD) {
            readRequested = true;
            channel.read();
        }
    }

    int available() {
        lock.lock();
        try {
            return receivedBytes;
        } finally {
            lock.unlock();
        }
    }

    // ---- writing, any thread

    void write(byte[] bytes, int offset, int length) throws IOException {
        int end = offset + length;
        for (int from = offset; from < end; ) {
            int count = Math.min(PIECE, end - from);
            reserve(count);
            ByteBuf piece = channel.alloc().buffer(count).writeBytes(bytes, from, count);
            channel.writeAndFlush(piece).addListener(done -> onWritten(count, done.cause()));
            from += count;
        }
    }

    private void reserve(int count) throws IOException {
        lock.lock();
        try {
            while (true) {
                requireOpen();
                requireWhole();
                if (outputEnded) {
                    throw new SocketException("the output of this connection was shut down");
                }
                if (underWay < WRITE_BEHIND) {
                    underWay += count;
                    return;
                }
                await(writable, Long.MAX_VALUE, "writing");
            }
        } finally {
            lock.unlock();
        }
    }

    void shutdownOutput() throws IOException {
        lock.lock();
        try {
            requireOpen();
            requireWhole();
            if (outputEnded) {
                return;
            }
            outputEnded = true;
            writable.signalAll();
        } finally {
            lock.unlock();
        }
        channel.shutdownOutput();
    }

    // ---- the end, any thread

    void reset() {
        if (markClosed()) {
            cut();
        }
    }

    void close() {
        if (markClosed()) {
            channel.eventLoop().execute(this::closeHere);
        }
    }

    /** Whether it was open. */
    private boolean markClosed() {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closed = true;
            dropReceived();
            readable.signalAll();
            writable.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void dropReceived() {
        received.forEach(ByteBuf::release);
        received.clear();
        receivedBytes = 0;
    }

    private void cut() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    /**
     * FIN behind what was written, and the channel closes when the other end has said FIN too: by then it has all. To close
     * the channel at once would drop what its window did not let out yet.
     */
    private void closeHere() {
        if (!channel.isOpen()) {
            return;
        }
        var lingering = channel.eventLoop().schedule(this::cut, LINGER.toNanos(), TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(done -> lingering.cancel(false));
        channel.config().setAutoRead(true);
        channel.shutdownOutput().addListener(done -> {
            outputDelivered = true;
            closeIfBothEnded();
        });
    }

    private void closeIfBothEnded() {
        if (outputDelivered && channel.isInputShutdown()) {
            channel.close();
        }
    }

    // ---- from the channel, on its loop

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        lock.lock();
        try {
            if (closed) {
                bytes.release();
            } else {
                received.add(bytes);
                receivedBytes += bytes.readableBytes();
                readable.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        lock.lock();
        try {
            readRequested = false;
            requestMore();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            lock.lock();
            try {
                inputEnded = true;
                readable.signalAll();
            } finally {
                lock.unlock();
            }
            closeIfBothEnded();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(new SocketException("the connection is closed"));
    }

    private void onWritten(int count, Throwable cause) {
        lock.lock();
        try {
            underWay -= count;
            writable.signalAll();
        } finally {
            lock.unlock();
        }
        if (cause != null) {
            fail(cause);
        }
    }

    private void fail(Throwable cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = translate(cause);
                readable.signalAll();
                writable.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private static SocketException translate(Throwable cause) {
        if (cause instanceof StreamClosedException broken) {
            SocketException translated = new SocketException(
                    switch (broken.reason()) {
                        case RESET -> "connection reset by the client";
                        case SESSION_LOST -> "connection broken: the session with the daemon ended";
                        case NEVER_SENT -> "connection broken before it began";
                    });
            translated.initCause(broken);
            return translated;
        }
        SocketException translated = new SocketException(
                cause instanceof ClosedChannelException
                        ? "the connection is closed"
                        : "the connection failed: " + cause);
        translated.initCause(cause);
        return translated;
    }

    // ---- with the lock held

    private void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("this connection was closed");
        }
    }

    private void requireWhole() throws SocketException {
        if (failure != null) {
            // A new one for each caller, with the caller's stack.
            SocketException now = new SocketException(failure.getMessage());
            now.initCause(failure);
            throw now;
        }
    }

    private static long await(Condition condition, long nanos, String doing) throws InterruptedIOException {
        try {
            if (nanos == Long.MAX_VALUE) {
                condition.await();
                return nanos;
            }
            return condition.awaitNanos(nanos);
        } catch (InterruptedException e) {
            throw Interruption.of(e, doing);
        }
    }
}
