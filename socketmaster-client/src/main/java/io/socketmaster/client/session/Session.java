package io.socketmaster.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.protocol.yamux.YamuxSession;
import io.socketmaster.protocol.yamux.netty.SessionListener;
import io.socketmaster.protocol.yamux.netty.StreamPreface;
import io.socketmaster.protocol.yamux.netty.YamuxSessionHandler;
import io.socketmaster.protocol.yamux.netty.YamuxSettings;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One session with the daemon, from its OK to its end: streams come in, control messages go both ways. Fields belong to the
 * connection's loop.
 */
final class Session {
    /**
     * How long a version 1 session outlives its last stream while leaving: its wire has no word for "all has arrived", and
     * what was written last may still be on its way.
     */
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    private final Channel connection;
    private final EventLoop loop;
    private final Registered registered;
    private final StreamAcceptor acceptor;
    private final Owner owner;
    private final YamuxSessionHandler yamux;
    private Channel control;
    private int running;
    private boolean draining;
    private boolean closing;

    /** @param prefaced whether a PROXY header precedes the client's bytes on each stream */
    Session(Channel connection, Registered registered, boolean prefaced, StreamAcceptor acceptor, Owner owner) {
        this.connection = connection;
        this.loop = connection.eventLoop();
        this.registered = registered;
        this.acceptor = acceptor;
        this.owner = owner;
        Streams streams = new Streams();
        this.yamux = new YamuxSessionHandler(
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
            control = yamux.openStream(
                    loop, new ControlStream(message -> owner.onMessage(this, message), this::onControlBroken));
            control.config().setAutoRead(true);
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
        return running;
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
        if (control == null && draining && running == 0) {
            loop.schedule(
                    () -> {
                        if (running == 0 && !closing) {
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
        yamux.goAway();
        yamux.close(reason);
    }

    private void onStreamEnded() {
        running--;
        drainedIfIdle();
    }

    /** What the daemon opens, with what it says of the client. A stream is made known right after its preface was read. */
    private final class Streams implements SessionListener, StreamPreface {
        private ProxyHeader header = ProxyHeader.local();

        @Override
        public Optional<Addresses> read(ByteBuf in) {
            Optional<ProxyHeader> read = ProxyHeader.read(in);
            read.ifPresent(value -> header = value);
            return read.map(value -> value.endpoints()
                    .map(ends -> new Addresses(ends.source(), ends.destination()))
                    .orElseGet(() -> new Addresses(connection.remoteAddress(), connection.localAddress())));
        }

        @Override
        public void onStream(YamuxStreamChannel stream) {
            StreamFacts.set(stream, header);
            header = ProxyHeader.local();
            running++;
            // The stream may live on another loop. One that is refused lives on none, and so its future tells nothing.
            stream.closeFuture().addListener(closed -> loop.execute(Session.this::onStreamEnded));
            stream.whenRefused(() -> loop.execute(Session.this::onStreamEnded));
            if (!acceptor.onStream(stream)) {
                stream.refuse();
            }
        }

        @Override
        public void onGoAway() {
            owner.onGoAway(Session.this);
        }

        @Override
        public void onClosed(String reason) {
            closing = true;
            owner.onLost(Session.this, reason);
        }
    }

    /** Whose session it is. Called on the session's loop. */
    interface Owner {
        void onMessage(Session session, ControlMessage message);

        /** The daemon opens no more streams. */
        void onGoAway(Session session);

        /** After {@link #drain}: the last stream has ended. In version 2 it is a message that says so. */
        void onDrained(Session session);

        /** It is over; called once. */
        void onLost(Session session, String reason);
    }
}
