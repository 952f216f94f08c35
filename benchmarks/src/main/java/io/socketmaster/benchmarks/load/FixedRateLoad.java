package io.socketmaster.benchmarks.load;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.benchmarks.Sockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Requests at a fixed rate over keep-alive connections, whatever the answers do: each request has a time at which it is due,
 * and its latency counts from then. One that finds all connections busy waits and grows older; what was due and was not even
 * sent at the end counts with the time that it had waited. So a stall is seen by all requests that fell into it, and
 * not by the one alone that was under way (there is no coordinated omission).
 *
 * <p>Confined to one event loop, but for {@link #run}.
 */
public final class FixedRateLoad {
    /** How finely requests are spread; those due within it are sent together, and it is part of every latency. */
    private static final long TICK_NANOS = 100_000;

    /** Answers that have not come so long after the end are errors. */
    private static final long LAST_ANSWERS_SECONDS = 2;

    private final InetSocketAddress target;
    private final FixedRateSchedule schedule;
    private final Duration time;
    private final EventLoop loop;
    private final ChannelGroup open;
    private final Deque<FixedRateConnection> idle = new ArrayDeque<>();
    private final LatencyHistogram latencies = new LatencyHistogram();
    private final CompletableFuture<HttpResult> result = new CompletableFuture<>();
    private ScheduledFuture<?> ticks;
    private int connecting;
    private int underWay;
    private long requests;
    private long errors;
    private long startedNanos;
    private long endedNanos;
    private boolean over;

    private FixedRateLoad(InetSocketAddress target, double perSecond, Duration time, EventLoopGroup loops) {
        this.target = target;
        this.schedule = new FixedRateSchedule(perSecond);
        this.time = time;
        this.loop = loops.next();
        this.open = new DefaultChannelGroup(loop);
    }

    /**
     * Loads {@code target} and waits for the end.
     *
     * @param perSecond requests a second, on all connections together
     * @param time from the moment in which all connections stand
     * @param loops a group of one loop
     */
    public static HttpResult run(
            InetSocketAddress target, int connections, double perSecond, Duration time, EventLoopGroup loops) {
        FixedRateLoad load = new FixedRateLoad(target, perSecond, time, loops);
        load.loop.execute(() -> load.connect(loops, connections));
        return load.result.join();
    }

    private void connect(EventLoopGroup loops, int connections) {
        connecting = connections;
        for (int i = 0; i < connections; i++) {
            FixedRateConnection connection = new FixedRateConnection(this);
            Sockets.client(loops).handler(connection).connect(target).addListener(done -> {
                if (!done.isSuccess()) {
                    failed();
                    connected();
                }
            });
        }
    }

    private void connected() {
        if (--connecting == 0) {
            startedNanos = System.nanoTime();
            ticks = loop.scheduleAtFixedRate(this::sendDue, 0, TICK_NANOS, TimeUnit.NANOSECONDS);
            loop.schedule(this::end, time.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void sendDue() {
        long sinceNanos = System.nanoTime() - startedNanos;
        while (!over && !idle.isEmpty() && schedule.hasDue(sinceNanos)) {
            underWay++;
            idle.poll().ask(startedNanos + schedule.next());
        }
    }

    private void end() {
        over = true;
        endedNanos = System.nanoTime();
        ticks.cancel(/* mayInterruptIfRunning= */ false);
        while (schedule.hasDue(time.toNanos())) {
            latencies.add(time.toNanos() - schedule.next());
        }
        loop.schedule(this::complete, underWay == 0 ? 0 : LAST_ANSWERS_SECONDS, TimeUnit.SECONDS);
    }

    private void complete() {
        if (!result.isDone()) {
            double seconds = (endedNanos - startedNanos) * 1e-9;
            HttpResult.Latency latency = new HttpResult.Latency(latencies.percentile(0.50), latencies.percentile(0.99));
            HttpResult figures = new HttpResult(requests, errors + underWay, seconds, Optional.of(latency));
            open.close().addListener(closed -> result.complete(figures));
        }
    }

    // ---- from connections, on the loop

    void connected(FixedRateConnection connection, Channel channel) {
        open.add(channel);
        idle.add(connection);
        connected();
    }

    void answered(FixedRateConnection connection, long dueNanos) {
        underWay--;
        requests++;
        latencies.add(System.nanoTime() - dueNanos);
        idle.add(connection);
        if (!over) {
            sendDue();
        } else if (underWay == 0) {
            complete();
        }
    }

    /** A connection has ended with a request under way. */
    void failedUnderWay() {
        underWay--;
        failed();
    }

    /** A connection could not be made, or has ended. */
    void failed() {
        errors++;
    }

    /** It is not there any more. */
    void forget(FixedRateConnection connection) {
        idle.remove(connection);
    }

    boolean isOver() {
        return over;
    }
}
