package io.socketmaster.server.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One client that follows the events. A line that was not written yet counts against a limit; a client that reads so slowly
 * that the limit is passed gets a last line that says so, and no more.
 *
 * <p>Lines are offered by any thread; the rest belongs to the connection's event loop.
 */
final class EventStream implements EventFeed.Follower {
    /** How long a client that is dropped may take to read that it is. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Channel connection;
    private final EventFeed feed;
    private final int limit;
    /** Lines on their way to the loop or in its write buffer, any thread. Never falls below the limit once passed. */
    private final AtomicInteger unwritten = new AtomicInteger();

    private boolean over;

    EventStream(Channel connection, EventFeed feed, int limit) {
        this.connection = connection;
        this.feed = feed;
        this.limit = limit;
    }

    /** The head was written: from here on there are lines, the first of which tells that this is so. */
    void begin() {
        feed.follow(this);
        offer(EventFeed.line(feed.event("following")));
    }

    /** The client has left. */
    void end() {
        over = true;
        feed.leave(this);
    }

    @Override
    public void offer(byte[] line) {
        int ahead = unwritten.incrementAndGet();
        if (ahead > limit + 1) {
            return;
        }
        try {
            connection.eventLoop().execute(ahead > limit ? this::drop : () -> write(line));
        } catch (RejectedExecutionException stopped) {
            feed.leave(this); // the daemon has stopped, and this connection with it
        }
    }

    private void write(byte[] line) {
        if (!over) {
            connection
                    .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(line)))
                    .addListener(written -> unwritten.decrementAndGet());
        }
    }

    private void drop() {
        if (over) {
            return;
        }
        end();
        byte[] lastWords = EventFeed.line(feed.event("dropped")
                .put("reason", "more than " + limit + " events were not read in time; follow again, and read faster"));
        connection
                .writeAndFlush(new DefaultLastHttpContent(Unpooled.wrappedBuffer(lastWords)))
                .addListener(ChannelFutureListener.CLOSE);
        connection.eventLoop().schedule((Runnable) connection::close, LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
    }
}
