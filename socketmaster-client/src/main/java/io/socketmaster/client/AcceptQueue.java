package io.socketmaster.client;

import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Streams that nobody took yet, between the session's loop and the threads that accept. Thread-safe. */
final class AcceptQueue {
    /**
     * Streams that may wait. A session lets 256 wait that nobody took; there is more than one while daemons change, and
     * streams that broke while they waited count here until they are taken.
     */
    static final int CAPACITY = 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<YamuxStreamChannel> waiting = new ArrayDeque<>();
    private boolean ended;
    private Optional<SocketMasterException> failure = Optional.empty();

    /** Whether there was room. Never blocks. */
    boolean offer(YamuxStreamChannel stream) {
        lock.lock();
        try {
            if (ended || waiting.size() >= CAPACITY) {
                return false;
            }
            waiting.add(stream);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more comes; whoever waits is told. */
    void end(Optional<SocketMasterException> cause) {
        lock.lock();
        try {
            ended = true;
            failure = cause;
            waiting.forEach(YamuxStreamChannel::refuse);
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a stream.
     *
     * @param nanos at most; {@link Long#MAX_VALUE} waits for as long as it takes
     * @return empty if none came in time, or if none will come any more
     * @throws SocketMasterException what ended the listener, if it did not end in good order
     */
    Optional<YamuxStreamChannel> poll(long nanos) throws SocketMasterException, InterruptedIOException {
        long left = nanos;
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended && left > 0) {
                left = await(left);
            }
            if (waiting.isEmpty() && failure.isPresent()) {
                throw failure.get().again("the listener has ended: ");
            }
            return Optional.ofNullable(waiting.poll());
        } finally {
            lock.unlock();
        }
    }

    private long await(long nanos) throws InterruptedIOException {
        try {
            if (nanos == Long.MAX_VALUE) {
                changed.await();
                return nanos;
            }
            return changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            throw Interruption.of(e, "waiting for a connection");
        }
    }

    /** A timeout for {@link #poll}: however long it is, it is short of for ever. */
    static long nanos(Duration timeout) {
        try {
            return Math.min(timeout.toNanos(), Long.MAX_VALUE - 1);
        } catch (ArithmeticException longerThanCenturies) {
            return Long.MAX_VALUE - 1;
        }
    }
}
