package io.socketmaster.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions.StreamHeader;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.LaneRequest;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.protocol.yamux.YamuxSession;
import io.socketmaster.protocol.yamux.netty.SessionListener;
import io.socketmaster.protocol.yamux.netty.StreamPreface;
import io.socketmaster.protocol.yamux.netty.YamuxSessionHandler;
import io.socketmaster.protocol.yamux.netty.YamuxSettings;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One session with the daemon, from its OK to its end: streams come in, control messages go both ways. It has one connection,
 * or several when it is used and the daemon asks for them: its lanes, each on a loop of its own. It is as alive as all of
 * them, as for the daemon. Fields belong to the first connection's loop.
 */
final class Session {
    /**
     * How long a version 1 session outlives its last stream while leaving: its wire has no word for "all has arrived", and
     * what was written last may still be on its way.
     */
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    private final RegistrationSettings settings;
    private final Channel connection;
    private final EventLoop loop;
    private final Registered registered;
    private final StreamAcceptor acceptor;
    private final Owner owner;
    private final YamuxSessionHandler yamux;
    /** The further connections. As many as the daemon asked for, once, and as there are loops for them. */
    private final List<YamuxSessionHandler> lanes = new ArrayList<>();

    private boolean askedForLanes;
    private Channel control;
    /** Streams that somebody took and that have not ended. Changed on their loops. */
    private final AtomicInteger running = new AtomicInteger();

    private boolean draining;
    private boolean closing;
    private boolean over;

    Session(
            RegistrationSettings settings,
            Channel connection,
            Registered registered,
            StreamAcceptor acceptor,
            Owner owner) {
        this.settings = settings;
        this.connection = connection;
        this.loop = connection.eventLoop();
        this.registered = registered;
        this.acceptor = acceptor;
        this.owner = owner;
        this.yamux = carry(connection);
    }

    /** What runs yamux on {@code carrier}, for its pipeline. */
    private YamuxSessionHandler carry(Channel carrier) {
        boolean prefaced = registered.version2() && settings.options().streamHeader() == StreamHeader.PROXY_V2;
        Streams streams = new Streams(carrier);
        return new YamuxSessionHandler(
                YamuxSession.Role.SERVER,
                YamuxSettings.SERVICE,
                streams,
                prefaced ? Optional.of(streams) : Optional.empty());
    }

    /** Takes the connection over; in version 2 it opens the control stream. */
    void start() {
        assert loop.inEventLoop();
        connection.pipeline().addLast(yamux);
        if (registered.version2()) {
            control = yamux.openStream(loop, new ControlStream(this::onMessage, this::onControlBroken));
            control.config().setAutoRead(true);
        }
    }

    private void onMessage(ControlMessage message) {
        if (message instanceof ControlMessage.Lanes asked) {
            openLanes(asked);
        } else {
            owner.onMessage(this, message);
        }
    }

    private void onControlBroken(String reason) {
        if (!closing) {
            close(reason);
        }
    }

    Registered registered() {
        return registered;
    }

    /** Streams that somebody took and that have not ended. */
    int running() {
        return running.get();
    }

    /** Take traffic now. Only in version 2. */
    void ready() {
        ControlStream.send(control, new ControlMessage.Ready());
    }

    /** No new streams until {@link #ready()}. Only in version 2. */
    void standBy(boolean unlessLast) {
        ControlStream.send(control, new ControlMessage.Standby(unlessLast));
    }

    /**
     * Asks for a change; {@link ControlMessage.Updated} answers.
     *
     * @throws ProtocolException if this daemon cannot do that, or the change breaks a rule of the protocol
     */
    void update(ControlMessage.Update change) throws ProtocolException {
        if (!registered.canUpdate()) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "this daemon cannot change a registration that stands; register again, or update the daemon");
        }
        try {
            ControlStream.send(control, change);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, e.getMessage(), e);
        }
    }

    /** No new streams; {@link Owner#onDrained} when the last one has ended. Later calls do nothing. */
    void drain() {
        assert loop.inEventLoop();
        if (draining) {
            return;
        }
        draining = true;
        if (control != null) {
            ControlStream.send(control, ControlMessage.Drain.fromService());
        } else {
            yamux.goAway();
            drainedIfIdle();
        }
    }

    private void drainedIfIdle() {
        if (control == null && draining && running.get() == 0) {
            loop.schedule(
                    () -> {
                        if (running.get() == 0 && !closing) {
                            owner.onDrained(this);
                        }
                    },
                    LAST_BYTES.toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Ends the session and every stream of it; {@link Owner#onLost} is called before this returns. */
    void close(String reason) {
        assert loop.inEventLoop();
        closing = true;
        end(yamux, reason);
        lanes.forEach(lane -> end(lane, reason));
    }

    private static void end(YamuxSessionHandler carrier, String reason) {
        carrier.goAway();
        carrier.close(reason);
    }

    private void onConnectionLost(String reason) {
        assert loop.inEventLoop();
        if (over) {
            return;
        }
        over = true;
        closing = true;
        owner.onLost(this, reason);
        if (!lanes.isEmpty()) {
            // Each ends behind what the daemon still sent there; this is for those that do not end.
            loop.schedule(() -> close(reason), LAST_BYTES.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    // ---- further connections

    private void openLanes(ControlMessage.Lanes asked) {
        if (askedForLanes || closing || acceptor.isOfOneLoop()) {
            return;
        }
        askedForLanes = true;
        LaneRequest request = new LaneRequest(registered.session(), asked.key());
        ClientLoop.others().stream()
                .limit(asked.count())
                .forEach(laneLoop -> laneLoop.execute(
                        () -> new SessionDialer(laneLoop, settings, request, new LaneAttempt()).start()));
    }

    private void onLane(YamuxSessionHandler lane) {
        if (closing) {
            end(lane, "its session has ended");
        } else {
            lanes.add(lane);
        }
    }

    /** Without it the session goes on as before. On the lane's loop. */
    private final class LaneAttempt implements HandshakeHandler.Outcome {
        @Override
        public void onRegistered(Channel lane, HandshakeReply reply) {
            YamuxSessionHandler carrier = carry(lane);
            lane.pipeline().addLast(carrier);
            loop.execute(() -> onLane(carrier));
        }

        @Override
        public void onOldDaemon() {
            onFailed(new ProtocolException(ErrorCode.UNAVAILABLE, "the daemon closed it"));
        }

        @Override
        public void onFailed(ProtocolException failure) {
            loop.execute(() -> owner.onLaneFailed(Session.this, failure));
        }
    }

    /** Any thread. */
    private void onStreamEnded() {
        running.decrementAndGet();
        if (!registered.version2()) {
            loop.execute(this::drainedIfIdle);
        }
    }

    /**
     * What the daemon opens on one connection, with what it says of the client. A stream is made known right after its preface was
     * read. Fields belong to that connection's loop.
     */
    private final class Streams implements SessionListener, StreamPreface {
        private final Channel carrier;
        private ProxyHeader header = ProxyHeader.local();

        Streams(Channel carrier) {
            this.carrier = carrier;
        }

        @Override
        public Optional<Addresses> read(ByteBuf in) {
            Optional<ProxyHeader> read = ProxyHeader.read(in);
            read.ifPresent(value -> header = value);
            return read.map(value -> value.endpoints()
                    .map(ends -> new Addresses(ends.source(), ends.destination()))
                    .orElseGet(() -> new Addresses(carrier.remoteAddress(), carrier.localAddress())));
        }

        @Override
        public void onStream(YamuxStreamChannel stream) {
            StreamFacts.set(stream, header);
            header = ProxyHeader.local();
            running.incrementAndGet();
            // One that is refused lives on no loop, and so its future tells nothing.
            stream.closeFuture().addListener(closed -> onStreamEnded());
            stream.whenRefused(Session.this::onStreamEnded);
            if (!acceptor.onStream(stream)) {
                stream.refuse();
            }
        }

        @Override
        public void onGoAway() {
            ClientLoop.runOn(loop, () -> owner.onGoAway(Session.this));
        }

        @Override
        public void onClosed(String reason) {
            ClientLoop.runOn(loop, () -> onConnectionLost(reason));
        }
    }

    /** Whose session it is. Called on the session's loop. */
    interface Owner {
        void onMessage(Session session, ControlMessage message);

        /** The daemon opens no more streams. */
        void onGoAway(Session session);

        /** After {@link #drain}: the last stream has ended. In version 2 it is a message that says so. */
        void onDrained(Session session);

        /** The daemon asked for one more connection, which did not come about; the session does without. */
        void onLaneFailed(Session session, ProtocolException cause);

        /** It is over; called once. */
        void onLost(Session session, String reason);
    }
}
