package io.socketmaster.server.http;

import io.netty.channel.EventLoop;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.StreamUpstream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * The streams to HTTP/1.1 services that one client connection keeps from a request for the next one: a stream costs both
 * sides more than a short request does. They are the client's own, so what a stream says of its client stays true. Also the
 * streams of one service that {@link SharedStreams} keeps for any client.
 *
 * <p>A service may have a thread for each stream, so none is kept long without work, nor forever with it. The
 * event loop owns every field.
 */
final class KeptStreams implements StreamKeeper {
    private final HttpSettings.Reuse settings;
    private final int limit;
    private final Runnable onIdle;
    private final Deadline idle;
    /** The one that was used last is last. */
    private final Deque<Http1ServiceStream> kept = new ArrayDeque<>(1);

    private boolean lastRequest;
    private boolean closed;

    /** @param limit how many are kept at most */
    KeptStreams(EventLoop loop, HttpSettings.Reuse settings, int limit) {
        this(loop, settings, limit, () -> {});
    }

    /** @param onIdle when none is kept any more for some time */
    KeptStreams(EventLoop loop, HttpSettings.Reuse settings, int limit, Runnable onIdle) {
        this.settings = settings;
        this.limit = limit;
        this.onIdle = onIdle;
        this.idle = new Deadline(loop);
    }

    @Override
    public boolean keepsAfter(int requests) {
        return !lastRequest && requests < settings.requests();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    /** The client has sent its last request. A stream that is kept may carry it, and is told that no more come. */
    void onLastRequest() {
        lastRequest = true;
    }

    @Override
    public Http1ServiceStream take(StreamUpstream upstream) {
        for (Iterator<Http1ServiceStream> latest = kept.descendingIterator(); latest.hasNext(); ) {
            Http1ServiceStream stream = latest.next();
            if (stream.upstream() == upstream && stream.isKept()) {
                latest.remove();
                return stream;
            }
        }
        return null;
    }

    @Override
    public void keep(Http1ServiceStream stream) {
        if (!stream.isKept()) {
            return;
        }
        if (closed || kept.size() >= limit) {
            stream.end();
            return;
        }
        stream.keptSince(System.nanoTime());
        kept.addLast(stream);
        if (!idle.isSet()) {
            idle.set(settings.idle(), this::endIdle);
        }
    }

    private void endIdle() {
        long now = System.nanoTime();
        long idleNanos = settings.idle().toNanos();
        while (!kept.isEmpty()) {
            long left = kept.getFirst().keptSince() + idleNanos - now;
            if (left > 0) {
                idle.set(Duration.ofNanos(left), this::endIdle);
                return;
            }
            kept.removeFirst().end();
        }
        onIdle.run();
    }

    @Override
    public void forget(Http1ServiceStream stream) {
        kept.remove(stream);
    }

    /** The client is gone, or needs them no more. */
    void close() {
        closed = true;
        idle.dispose();
        endAll();
    }

    private void endAll() {
        // Each one that ends is forgotten meanwhile.
        for (Http1ServiceStream stream; (stream = kept.pollFirst()) != null; ) {
            stream.end();
        }
    }
}
