package io.socketmaster.client.session;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
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

    private ClientLoop() {}

    /** The event loop on which all sessions run, and the streams of blocking connections: {@code socketmaster-client-*}. */
    public static EventLoop shared() {
        return Loop.INSTANCE;
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

    private static final class Loop {
        static final EventLoop INSTANCE = group().next();

        // The class that Netty 4.1 and 4.2 share; 4.2 would rather see one that 4.1 does not have. Its own next()
        // returns another type in 4.2, which 4.1 does not find; that of the group is the same in both.
        @SuppressWarnings("deprecation")
        private static EventLoopGroup group() {
            return new NioEventLoopGroup(1, new DefaultThreadFactory("socketmaster-client", /* daemon= */ true));
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
