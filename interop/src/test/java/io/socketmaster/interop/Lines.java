package io.socketmaster.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** Lines that come from elsewhere, to be waited for. Thread-safe. */
final class Lines {
    private final String source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private boolean ended;

    /** @param source names them in messages */
    Lines(String source) {
        this.source = source;
    }

    void add(String line) {
        lock.lock();
        try {
            lines.add(line);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** No more will come. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<String> all() {
        lock.lock();
        try {
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    /** How many there are; a mark for {@link #await(int, String, Predicate, Duration)}. */
    int size() {
        return all().size();
    }

    /** The first line that begins with {@code prefix}, waiting at most {@code patience} for it. */
    String await(String prefix, Duration patience) {
        return await(0, "beginning with '" + prefix + "'", line -> line.startsWith(prefix), patience);
    }

    /**
     * The first wanted line from number {@code from} on.
     *
     * @param what says in a message which line is wanted
     * @throws AssertionError with all lines, if none came in time or none can come any more
     */
    String await(int from, String what, Predicate<String> wanted, Duration patience) {
        long nanos = patience.toNanos();
        lock.lock();
        try {
            int next = from;
            while (true) {
                for (; next < lines.size(); next++) {
                    if (wanted.test(lines.get(next))) {
                        return lines.get(next);
                    }
                }
                if (ended || nanos <= 0) {
                    throw new AssertionError(source + ": no line " + what + " "
                            + (ended ? "before the end" : "within " + patience) + ", but " + lines);
                }
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(source + ": interrupted while waiting for a line " + what, e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no more lines can come; false if that took longer. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lock();
        try {
            while (!ended && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return source + ":\n  " + String.join("\n  ", all());
    }
}
