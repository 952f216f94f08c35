package io.socketmaster.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.StreamHeader;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.control.ControlMessageEncoder;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.protocol.yamux.YamuxSession;
import io.socketmaster.protocol.yamux.netty.SessionListener;
import io.socketmaster.protocol.yamux.netty.YamuxSessionHandler;
import io.socketmaster.protocol.yamux.netty.YamuxSettings;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.DrainDeadline;
import io.socketmaster.server.relay.OpenStreams;
import io.socketmaster.server.relay.StreamUpstream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One service's session: opens streams for everybody, and speaks with the service on the control stream if it has one. It
 * has one connection, or several when it is used ({@link Lanes}), and is as alive as all of them: with the first that ends the
 * session is over, so that no request can be caught on a half of it.
 *
 * <p>Fields belong to the first connection's event loop; the methods of {@link StreamUpstream} may be called from any thread once
 * the session has begun, which is before its generation takes traffic.
 */
final class ControlSession implements StreamUpstream, SessionListener {
    /** Within this time WebSocket connections end one by one when the session must end (contract section 6). */
    private static final Duration SPREAD = Duration.ofSeconds(5);

    /** How long after the spread a session that must end waits for its last streams: a frame's end, an answered Close. */
    private static final Duration LAST_STREAMS = Duration.ofSeconds(4);

    /** After so many streams a session is one that is used, and has a lane on each loop. */
    private static final int STREAMS_ON_FIRST = 16;

    /** How long the other connections of a session that is over may bring what their streams were still sent. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Channel connection;
    private final ControlServer server;
    private final String id;
    private final boolean version2;
    private final boolean streamHeader;
    private final boolean http2;
    private final String client;
    private final String peer;
    private final boolean readyAtOnce;
    private final YamuxSessionHandler yamux;
    private final Lanes lanes;
    private final AtomicBoolean over = new AtomicBoolean();

    private final OpenStreams streams;
    /** Streams, until lanes are asked for. */
    private final AtomicInteger opened = new AtomicInteger();

    private volatile boolean begun;

    private Registration registration;
    /** The control stream; null until the service opens it, and for version 1. */
    private YamuxStreamChannel controlStream;
    /** Whether new work of the service is being held or refused. */
    private boolean paused;
    /** Whether an update is being worked on: the service sends the next when this one is answered. */
    private boolean updating;

    ControlSession(Channel connection, ControlServer server, Optional<RegistrationOptions> options) {
        this.connection = connection;
        this.server = server;
        this.id = server.nextSessionId();
        this.version2 = options.isPresent();
        RegistrationOptions effective = options.orElse(RegistrationOptions.DEFAULTS);
        this.streamHeader = effective.streamHeader() == StreamHeader.PROXY_V2;
        this.http2 = effective.backend().equals(Optional.of(RegistrationOptions.Backend.H2C));
        this.client = effective.client();
        this.peer = ControlServer.describe(connection.remoteAddress());
        this.readyAtOnce = effective.ready();
        this.yamux = new YamuxSessionHandler(
                YamuxSession.Role.CLIENT, YamuxSettings.DAEMON, this, /* preface= */ Optional.empty());
        this.lanes = new Lanes(new Lanes.Lane(connection, yamux), version2 ? server.connectionsPerSession() : 1);
        this.streams = new OpenStreams(
                reason -> lanes.all().forEach(lane -> lane.yamux().close(reason)));
    }

    /** The handshake was answered: from here on the connection carries yamux. */
    void begin(ChannelPipeline pipeline, Registration newRegistration) {
        registration = newRegistration;
        pipeline.addLast(yamux);
        begun = true;
        server.events().sessionOpened(id, peer, client);
        if (readyAtOnce) {
            server.onRegistry(registration.generation()::ready);
        }
    }

    // ---- for everybody

    @Override
    public String sessionId() {
        return id;
    }

    @Override
    public Channel openStream(EventLoop loop, ClientFacts facts, ChannelHandler handler) {
        if (lanes.wanted() && opened.getAndIncrement() >= STREAMS_ON_FIRST) {
            lanes.ask().ifPresent(this::tell);
        }
        YamuxSessionHandler lane = lanes.on(loop).yamux();
        Channel stream = lane.openStream(loop, streamHeader ? new HeaderFirst(headerOf(facts), handler) : handler);
        streams.add(stream);
        return stream;
    }

    @Override
    public boolean speaksHttp2() {
        return http2;
    }

    @Override
    public boolean acknowledgesFirst() {
        return version2;
    }

    @Override
    public boolean isAnonymous() {
        return !streamHeader;
    }

    /** A stream of HTTP/2 carries the requests of many clients, and so is nobody's: command LOCAL. */
    private ProxyHeader headerOf(ClientFacts facts) {
        return http2 ? ProxyHeader.local() : StreamHeaders.of(facts);
    }

    /** Writes the stream header ahead of everything, then leaves its place to the handler that the stream is for. */
    private static final class HeaderFirst extends ChannelHandlerAdapter {
        private final ProxyHeader proxyHeader;
        private final ChannelHandler handler;

        HeaderFirst(ProxyHeader proxyHeader, ChannelHandler handler) {
            this.proxyHeader = proxyHeader;
            this.handler = handler;
        }

        /** Called when the stream is registered, and active from then on. */
        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            ByteBuf header = ctx.alloc().ioBuffer();
            proxyHeader.write(header);
            ctx.write(header, ctx.voidPromise());
            ctx.pipeline().replace(this, /* newName= */ null, handler);
        }
    }

    @Override
    public void onReplaced(Duration drain) {
        tell(new ControlMessage.Replaced(drain));
    }

    @Override
    public void onTakenBack() {
        tell(new ControlMessage.Activated());
    }

    @Override
    public void onDrainRequested(Duration drain) {
        // A daemon that stops asks nobody to leave: its services are to come back to the next one.
        if (!server.isStopping()) {
            tell(ControlMessage.Drain.within(drain));
        }
    }

    @Override
    public void onDrained() {
        // Those who keep a stream for further requests end it now, or the service would wait for them.
        streams.tellDrained();
        tell(new ControlMessage.Drained());
    }

    /** Those streams that carry requests see to it that they end; the others do not care. */
    @Override
    public void onRequestsOverdue(String reason) {
        streams.tell(new DrainDeadline(/* longLivedToo= */ false, Duration.ZERO, reason));
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public String client() {
        return client;
    }

    @Override
    public void onPaused() {
        setPaused(true);
    }

    @Override
    public void onResumed() {
        setPaused(false);
    }

    private void setPaused(boolean now) {
        connection.eventLoop().execute(() -> {
            paused = now;
            tellNow(now ? new ControlMessage.Paused() : new ControlMessage.Resumed());
        });
    }

    /** {@link #close}, and the news of its end. */
    CompletableFuture<Void> end(String reason) {
        CompletableFuture<?>[] ended =
                lanes.all().stream().map(ControlSession::closed).toArray(CompletableFuture<?>[]::new);
        close(reason);
        return CompletableFuture.allOf(ended);
    }

    private static CompletableFuture<Void> closed(Lanes.Lane lane) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        lane.connection().closeFuture().addListener(done -> closed.complete(null));
        return closed;
    }

    // ---- further connections

    /**
     * Takes the place of one more connection. Any thread.
     *
     * @param here the loop that it is on
     * @return the loop that it has to be on before {@link #beginLane}
     * @throws ProtocolException if nobody asked for it
     */
    EventLoop claimLane(String key, EventLoop here) throws ProtocolException {
        return lanes.claim(key, here);
    }

    /** One more connection was answered, and carries yamux from here on. On its loop, which was claimed for it. */
    void beginLane(ChannelPipeline pipeline) {
        YamuxSessionHandler more = new YamuxSessionHandler(
                YamuxSession.Role.CLIENT, YamuxSettings.DAEMON, new LaneEvents(), /* preface= */ Optional.empty());
        pipeline.addLast(more);
        lanes.add(new Lanes.Lane(pipeline.channel(), more));
        server.events().laneOpened(id, ControlServer.describe(pipeline.channel().remoteAddress()));
        // Added before this look, as the lanes are ended after it is over: one of the two sees the other.
        if (over.get()) {
            closeNow(more, "its session is over");
        }
    }

    /** What the service does on a further connection. On that connection's loop. */
    private final class LaneEvents implements SessionListener {
        @Override
        public void onStream(YamuxStreamChannel stream) {
            stream.refuse();
        }

        @Override
        public void onGoAway() {
            ControlSession.this.onGoAway();
        }

        @Override
        public void onClosed(String reason) {
            ControlSession.this.onClosed(reason);
        }
    }

    /** Ends every stream in the way that its protocol has for that, and then the session: at once if it has none. */
    @Override
    public void close(String reason) {
        if (!begun) {
            connection.close();
            return;
        }
        Duration spread = server.isStopping() ? Duration.ZERO : SPREAD;
        if (streams.lastCall(new DrainDeadline(/* longLivedToo= */ true, spread, reason))) {
            closeAfter(spread.plus(LAST_STREAMS), reason);
        } else {
            closeNow(reason);
        }
    }

    /** Says first that no more streams come: a service tells this end from a loss. */
    private void closeNow(String reason) {
        lanes.all().forEach(lane -> closeNow(lane.yamux(), reason));
    }

    private static void closeNow(YamuxSessionHandler lane, String reason) {
        lane.goAway();
        lane.close(reason);
    }

    private void closeAfter(Duration delay, String reason) {
        connection.eventLoop().execute(() -> {
            ScheduledFuture<?> end =
                    connection.eventLoop().schedule(() -> closeNow(reason), delay.toNanos(), TimeUnit.NANOSECONDS);
            connection.closeFuture().addListener(closed -> end.cancel(/* mayInterruptIfRunning= */ false));
        });
    }

    private void tell(ControlMessage message) {
        connection.eventLoop().execute(() -> tellNow(message));
    }

    private void tellNow(ControlMessage message) {
        if (controlStream != null) {
            controlStream.writeAndFlush(ControlMessageEncoder.encode(message, controlStream.alloc()));
        }
    }

    // ---- from yamux, on the first connection's loop

    @Override
    public void onStream(YamuxStreamChannel stream) {
        if (!version2 || controlStream != null) {
            stream.refuse();
            return;
        }
        controlStream = stream;
        stream.pipeline().addLast(new ControlStreamHandler(this::onMessage));
        connection.eventLoop().register(stream);
        if (paused) {
            // It began before there was a stream to say so on.
            tell(new ControlMessage.Paused());
        }
        lanes.asked().ifPresent(this::tell);
    }

    private void onMessage(ControlMessage message) {
        switch (message.type()) {
            case READY ->
                server.onRegistry(() -> {
                    registration.generation().ready();
                    tell(new ControlMessage.Activated());
                });
            case STANDBY -> {
                boolean unlessLast = ((ControlMessage.Standby) message).unlessLast();
                server.onRegistry(() -> registration.generation().standBy(unlessLast));
            }
            case UPDATE -> update((ControlMessage.Update) message);
            case DRAIN -> server.onRegistry(() -> registration.generation().drain("the service asked for it"));
            default -> server.events().messageIgnored(id, message.type().wireName());
        }
    }

    private void update(ControlMessage.Update change) {
        if (updating) {
            tellNow(ControlMessage.Updated.refused(new ProtocolException(
                    ErrorCode.LIMIT, "the update before this one is not done; wait for its answer")));
            return;
        }
        updating = true;
        server.registrar()
                .update(registration, change)
                .whenComplete((warnings, failure) -> connection.eventLoop().execute(() -> {
                    updating = false;
                    tellNow(failure == null ? ControlMessage.Updated.applied(warnings) : refused(failure));
                }));
    }

    private ControlMessage.Updated refused(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ProtocolException refusal) {
            return ControlMessage.Updated.refused(refusal);
        }
        server.events().fault("updating " + id, cause);
        return ControlMessage.Updated.refused(new ProtocolException(
                ErrorCode.UNAVAILABLE, "a fault of the daemon prevents the update; its log has it"));
    }

    /** Any connection's loop. */
    @Override
    public void onGoAway() {
        server.onRegistry(() -> registration.generation().drain("the service takes no more streams"));
    }

    /** Any connection's loop: the first that ends is the end of the session. */
    @Override
    public void onClosed(String reason) {
        if (over.compareAndSet(false, true)) {
            server.sessionClosed(this);
            server.events().sessionClosed(id, reason);
            server.onRegistry(() -> registration.generation().gone(reason));
            endLanes(reason);
        }
    }

    /** A service that was killed ends them all, each behind what it had answered there; one that did not is made to. */
    private void endLanes(String reason) {
        if (lanes.all().size() > 1) {
            try {
                connection.eventLoop().schedule(() -> closeNow(reason), LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException loopEnded) {
                closeNow(reason);
            }
        }
    }
}
