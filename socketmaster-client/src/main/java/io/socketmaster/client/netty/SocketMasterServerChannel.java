package io.socketmaster.client.netty;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server channel whose connections come from a socketmaster daemon:
 *
 * <pre>{@code
 * new ServerBootstrap()
 *         .group(boss, workers)
 *         .channelFactory(SocketMasterServerChannel.factory(SocketDefinition.http(80, "/shop/")))
 *         .childHandler(...)
 *         .bind(0);
 * }</pre>
 *
 * <p>{@code bind} registers; its address is ignored, as the definition says what is wanted. It succeeds when the registration
 * stands and fails with {@code SocketMasterException}. {@code close} leaves in good order: its future completes when the last
 * connection has ended, at the latest after the drain time, so wait for it before the event loops are shut down. When the
 * listener ends by itself, the channel closes.
 *
 * <p>It goes on event loops of any kind, of Netty 4.1 and 4.2; {@link #sessionLoop()} is the one that costs least. Fields
 * belong to this channel's loop, unless they say otherwise.
 */
public final class SocketMasterServerChannel extends AbstractServerChannel {
    /** Connections that may wait for this channel's loop; one more is refused. As in {@code accept} of the blocking API. */
    private static final int MAX_WAITING = 1024;

    /** Connections handed out before other channels of the loop get their turn. */
    private static final int BATCH = 16;

    private static final EventLoopGroup SESSION_LOOP = new SessionLoop();

    private final ChannelConfig config = new TolerantConfig(this);
    private final ArrayDeque<YamuxStreamChannel> waiting = new ArrayDeque<>();
    /** Any thread: those that wait, here or on their way here. */
    private final AtomicInteger waitingCount = new AtomicInteger();

    private boolean readPending;

    // Read by any thread, as Netty's contract for a channel's state asks; written on the loop.
    private volatile Optional<SocketMasterListener> listener = Optional.empty();
    private volatile SocketAddress localAddress;
    private volatile boolean open = true;
    private volatile boolean bound;

    private SocketMasterServerChannel(SocketMasterClient.Builder client, SocketDefinition definition) {
        pipeline().addLast(new RegistrationGate(this, client, definition));
    }

    /** For {@code ServerBootstrap.channelFactory}, with the client's defaults. */
    public static ChannelFactory<SocketMasterServerChannel> factory(SocketDefinition definition) {
        return factory(SocketMasterClient.builder(), definition);
    }

    /** For {@code ServerBootstrap.channelFactory}. */
    public static ChannelFactory<SocketMasterServerChannel> factory(
            SocketMasterClient.Builder client, SocketDefinition definition) {
        return () -> new SocketMasterServerChannel(client, definition);
    }

    /**
     * For {@code ServerBootstrap.group}: connections live on the thread of the session that brings them, so that no byte of
     * theirs changes threads in this process. Where handlers neither block nor compute for long, a short request costs less than
     * half of what it does on loops of the application's own. All registrations of the process share one thread, and with the
     * daemon's consent those that are used some more, of which each connection has one for good. Not to be shut down.
     */
    public static EventLoopGroup sessionLoop() {
        return SESSION_LOOP;
    }

    /** The registration behind this channel, for {@code ready()}, {@code generation()} and so on; empty before the bind. */
    public Optional<SocketMasterListener> listener() {
        return listener;
    }

    // ---- from the gate, on this channel's loop

    void registered(SocketMasterListener newListener) {
        listener = Optional.of(newListener);
        // A daemon of version 1 cannot tell which port it has bound for port 0.
        localAddress = newListener.boundAddresses().stream().findFirst().orElseGet(() -> new InetSocketAddress(0));
    }

    // ---- connections

    /** Takes a stream of the session. Any thread. */
    boolean offer(YamuxStreamChannel stream) {
        if (waitingCount.incrementAndGet() > MAX_WAITING) {
            waitingCount.decrementAndGet();
            return false;
        }
        try {
            eventLoop().execute(() -> receive(stream));
            return true;
        } catch (RejectedExecutionException loopShutDown) {
            waitingCount.decrementAndGet();
            return false;
        }
    }

    private void receive(YamuxStreamChannel stream) {
        if (open) {
            waiting.add(stream);
            deliver();
        } else {
            waitingCount.decrementAndGet();
            stream.refuse();
        }
    }

    @Override
    protected void doBeginRead() {
        readPending = true;
        if (!waiting.isEmpty()) {
            eventLoop().execute(this::deliver);
        }
    }

    private void deliver() {
        if (!readPending || waiting.isEmpty() || !bound) {
            return;
        }
        readPending = false;
        YamuxStreamChannel stream;
        for (int i = 0; i < BATCH && (stream = waiting.poll()) != null; i++) {
            waitingCount.decrementAndGet();
            stream.adopt(this);
            pipeline().fireChannelRead(stream);
        }
        pipeline().fireChannelReadComplete();
    }

    // ---- life

    /** Called by way of the gate, when the registration stands. */
    @Override
    protected void doBind(SocketAddress ignored) {
        bound = true;
    }

    /** What has to finish has finished, or shall not: the gate decides that. */
    @Override
    protected void doClose() {
        open = false;
        bound = false;
        for (YamuxStreamChannel stream; (stream = waiting.poll()) != null; ) {
            waitingCount.decrementAndGet();
            stream.refuse();
        }
        listener.ifPresent(SocketMasterListener::closeNow);
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return localAddress;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && bound;
    }
}
