package io.socketmaster.server.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.server.backend.Backends;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.listener.PublicSockets;
import io.socketmaster.server.service.HoldBudget;
import io.socketmaster.server.service.PauseMode;
import io.socketmaster.server.service.Timeline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The control API: takes over connections of the control socket that speak HTTP. Thread-safe. */
public final class ApiServer {
    /** How long input is dropped behind a last answer, so that it arrives. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    /** How much is read at once, and so how many requests can be decoded ahead of their turn: about a hundred. */
    private static final int READ = 4 * 1024;

    private final ApiSettings settings;
    private final DaemonEvents events;
    private final EventFeed feed;
    private final PublicListeners listeners;
    private final Registry registry;
    private final Waits waits;
    private final Doors doors;
    private final Router router;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * @param events told of faults
     * @param feed what clients may follow; has to be among those that are told of the daemon's events
     * @param preparation puts large answers into JSON, and looks up host names, away from the threads that carry traffic
     * @param sockets opens the small ones beside the control socket
     */
    public ApiServer(
            ApiSettings settings,
            DaemonFacts facts,
            Timeline timeline,
            PublicListeners listeners,
            HoldBudget budget,
            DaemonEvents events,
            EventFeed feed,
            Backends backends,
            PublicSockets sockets,
            Executor preparation) {
        this.settings = settings;
        this.events = events;
        this.feed = feed;
        this.listeners = listeners;
        this.registry = new Registry(timeline);
        this.waits = new Waits(registry);
        this.doors =
                new Doors(sockets, this::take, name -> Router.switching(new SwitchPaths(registry, backends, name)));
        this.router = Router.control(
                new Endpoints(facts, registry, listeners, budget, waits, preparation),
                new BackendEndpoints(registry, backends, doors, waits, preparation),
                TcpausePaths.ofEverything(registry, waits, listeners));
    }

    /**
     * Opens a socket at which scripts pause and resume one service.
     *
     * @param reject whether newcomers are refused while it is paused, instead of being held
     * @return completes with the socket; or fails with a {@link io.socketmaster.protocol.ProtocolException}
     */
    public CompletableFuture<PublicSockets.Bound> openPauseDoor(ListenAddress address, String service, boolean reject) {
        PauseMode mode = reject ? PauseMode.REJECT : PauseMode.HOLD;
        return doors.openLasting(
                address, Router.pausing(TcpausePaths.ofService(registry, waits, listeners, service, mode)));
    }

    /** Opens a socket on loopback at which scripts switch a backend, before {@code then}; see {@link Doors#withSwitch}. */
    public <T> CompletableFuture<T> withSwitch(
            String backend, Optional<Integer> port, Supplier<CompletableFuture<T>> then) {
        return doors.withSwitch(backend, port, then);
    }

    /** The daemon stops: the small sockets accept nothing more. */
    public void closeDoors() {
        doors.close();
    }

    /**
     * Takes over a connection whose first byte was a letter: adds the handlers that its bytes, from the first one on, are to
     * be passed to. On the connection's event loop.
     */
    public void take(Channel connection) {
        take(connection, router);
    }

    private void take(Channel connection, Router asked) {
        if (connections.incrementAndGet() > settings.connections()) {
            connections.decrementAndGet();
            turnAway(connection);
            return;
        }
        connection.closeFuture().addListener(closed -> connections.decrementAndGet());
        connection.config().setAutoRead(false);
        connection.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ));
        // A client that ends its side behind its request still gets the answer.
        connection.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        connection
                .pipeline()
                .addLast(
                        new HttpServerCodec(new HttpDecoderConfig()
                                .setMaxInitialLineLength(settings.head())
                                .setMaxHeaderSize(settings.head())),
                        new BodyCollector(settings.body()),
                        new ApiConnection(this, asked));
    }

    private void turnAway(Channel connection) {
        String body = "{\"code\":\"LIMIT\",\"message\":\"more than " + settings.connections()
                + " connections use the control API; try again\"}\n";
        String answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 1\r\n"
                + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        connection.pipeline().addLast(new Deaf());
        connection
                .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                .addListener(written -> lingerThenClose(connection));
    }

    /** Drops what comes in. */
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** Ends this side, drops what still comes for a moment, then closes. */
    static void lingerThenClose(Channel connection) {
        if (connection instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        connection.config().setAutoRead(true);
        connection.eventLoop().schedule((Runnable) connection::close, LINGER.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** @throws ApiException {@code LIMIT} if as many wait as may */
    void enterWaiting() throws ApiException {
        if (waiting.incrementAndGet() > settings.waiting()) {
            waiting.decrementAndGet();
            throw new ApiException(
                    503,
                    "LIMIT",
                    "as many clients as allowed, " + settings.waiting()
                            + ", wait or follow the events already; try later");
        }
    }

    void leaveWaiting() {
        waiting.decrementAndGet();
    }

    ApiSettings settings() {
        return settings;
    }

    EventFeed feed() {
        return feed;
    }

    DaemonEvents events() {
        return events;
    }
}
