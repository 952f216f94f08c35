package io.socketmaster.benchmarks.load;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.socketmaster.benchmarks.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Bytes without an end over a number of connections, counted for a time that begins when all of them have moved some. What is
 * sent counts when the socket has taken it, so for uploads that time begins when the buffers on the way are full. Confined to one
 * event loop, but for {@link #run}.
 */
public final class BulkLoad {
    /** Connections that have moved nothing after this are errors. */
    private static final long START_SECONDS = 10;

    /** Until the buffers on the way are full: the kernel may keep 10 MB for each connection, and there may be two for each. */
    private static final long FILL_MILLIS = 250;

    private final InetSocketAddress target;
    private final BulkClient.Direction direction;
    private final int connections;
    private final Duration time;
    private final EventLoop loop;
    private final ChannelGroup open;
    private final CompletableFuture<BulkResult> result = new CompletableFuture<>();
    private int moving;
    private long bytes;
    private long errors;
    private boolean over;

    private BulkLoad(
            InetSocketAddress target,
            BulkClient.Direction direction,
            int connections,
            Duration time,
            EventLoopGroup loops) {
        this.target = target;
        this.direction = direction;
        this.connections = connections;
        this.time = time;
        this.loop = loops.next();
        this.open = new DefaultChannelGroup(loop);
    }

    /**
     * Moves bytes and waits for the end.
     *
     * @param loops a group of one loop
     */
    public static BulkResult run(
            InetSocketAddress target,
            BulkClient.Direction direction,
            int connections,
            Duration time,
            EventLoopGroup loops) {
        BulkLoad load = new BulkLoad(target, direction, connections, time, loops);
        load.loop.execute(() -> load.start(loops));
        return load.result.join();
    }

    private void start(EventLoopGroup loops) {
        loop.schedule(this::startIsOver, START_SECONDS, TimeUnit.SECONDS);
        for (int i = 0; i < connections; i++) {
            BulkClient client = new BulkClient(direction, Long.MAX_VALUE, new Progress());
            Sockets.client(loops).handler(client).connect(target).addListener(done -> {
                if (!done.isSuccess()) {
                    errors++;
                }
            });
        }
    }

    private void startIsOver() {
        if (moving < connections) {
            errors += connections - moving;
            end(/* startedNanos= */ System.nanoTime(), /* bytesBefore= */ bytes);
        }
    }

    private void measure() {
        long startedNanos = System.nanoTime();
        long bytesBefore = bytes;
        loop.schedule(() -> end(startedNanos, bytesBefore), time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void end(long startedNanos, long bytesBefore) {
        over = true;
        double seconds = Math.max(1e-9, (System.nanoTime() - startedNanos) * 1e-9);
        // A reset: what is under way is not worth waiting for.
        open.forEach(channel -> channel.config().setOption(ChannelOption.SO_LINGER, 0));
        open.close().addListener(closed -> result.complete(new BulkResult(bytes - bytesBefore, seconds, errors)));
    }

    /** One connection's news. */
    private final class Progress implements BulkClient.Listener {
        private boolean hasMoved;

        @Override
        public void onConnected(io.netty.channel.Channel channel) {
            open.add(channel);
        }

        @Override
        public void onBytes(long more) {
            bytes += more;
            if (!hasMoved) {
                hasMoved = true;
                if (++moving == connections) {
                    boolean fills = direction == BulkClient.Direction.UPLOAD;
                    loop.schedule(BulkLoad.this::measure, fills ? FILL_MILLIS : 0, TimeUnit.MILLISECONDS);
                }
            }
        }

        @Override
        public void onEnd(boolean complete) {
            if (!over) {
                errors++;
            }
        }
    }
}
