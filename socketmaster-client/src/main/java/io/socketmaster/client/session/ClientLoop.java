package io.socketmaster.client.session;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of the client library, shared by all registrations of a process. All are daemon threads, so that they keep no
 * JVM alive, and are made when they are first needed.
 */
public final class ClientLoop {
    private static final int IDLE_SECONDS = 10;

    /** Event loops at most, as many as a daemon asks for unless it was told otherwise; no more than processors, but two. */
    private static final int MAX_LOOPS = 4;

    private ClientLoop() {}

    /** The event loop on which all sessions begin: {@code socketmaster-client-*}. */
    public static EventLoop shared() {
        return Loops.ALL.get(0);
    }

    /** The others, for further connections of sessions that are used. Each has a thread from its first use on. */
    public static List<EventLoop> others() {
        return Loops.ALL.subList(1, Loops.ALL.size());
    }

    /** Runs {@code task} on {@code loop}: now if the caller is there, else soon. */
    static void runOn(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** All of them, as a group; the first is {@link #shared}. */
    public static EventLoopGroup group() {
        return Loops.GROUP;
    }

    /**
     * The thread on which applications hear of events, one after the other: {@code socketmaster-events-*}. An application
     * that blocks there delays other events and nothing else. The queue is bounded by what happens to registrations, which is
     * a few events per reconnect.
     */
    public static ExecutorService events() {
        return Events.INSTANCE;
    }

    /** Runs something that blocks, such as looking a host name up, off the event loop. */
    public static void runBlocking(Runnable task) {
        new DefaultThreadFactory("socketmaster-resolver", /* daemon= */ true)
                .newThread(task)
                .start();
    }

    private static final class Loops {
        static final EventLoopGroup GROUP =
                create(Math.max(2, Math.min(MAX_LOOPS, Runtime.getRuntime().availableProcessors())));
        static final List<EventLoop> ALL = list();

        // The class that Netty 4.1 and 4.2 share; 4.2 would rather see one that 4.1 does not have.
        @SuppressWarnings("deprecation")
        private static EventLoopGroup create(int loops) {
            return new NioEventLoopGroup(loops, new DefaultThreadFactory("socketmaster-client", /* daemon= */ true));
        }

        private static List<EventLoop> list() {
            List<EventLoop> loops = new ArrayList<>();
            GROUP.forEach(loop -> loops.add((EventLoop) loop));
            return List.copyOf(loops);
        }
    }

    private static final class Events {
        static final ExecutorService INSTANCE = create();

        private static ExecutorService create() {
            ThreadPoolExecutor executor = new ThreadPoolExecutor(
                    1,
                    1,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    new DefaultThreadFactory("socketmaster-events", /* daemon= */ true));
            executor.allowCoreThreadTimeOut(true);
            return executor;
        }
    }
}
