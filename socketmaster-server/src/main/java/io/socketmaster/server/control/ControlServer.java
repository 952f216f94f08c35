package io.socketmaster.server.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.util.NetUtil;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.listener.AcceptFaults;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.service.Timeline;
import io.socketmaster.server.tls.TlsContexts;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The control socket. Every accepted connection gets a {@link HandshakeHandler} and lives on one event loop; what all of
 * them share is here and thread-safe.
 */
public final class ControlServer {
    /** How long a refused peer's input is dropped before the connection is closed, so that the answer arrives. */
    private static final long LINGER_MILLIS = 1_000;

    private final DaemonSettings settings;
    private final Timeline timeline;
    private final DaemonEvents events;
    private final Consumer<Channel> otherProtocol;
    private final Registrar registrar;
    private final Handshakes handshakes;
    private final AtomicLong sessionIds = new AtomicLong();
    private volatile boolean stopping;
    /** By their ids. */
    private final Map<String, ControlSession> sessions = new ConcurrentHashMap<>();

    /**
     * @param otherProtocol takes over a connection whose first byte is an ASCII letter, on its event loop: adds the handlers
     *     that its bytes are passed to
     * @param preparation runs what may take a moment: checking keys, looking up host names
     */
    public ControlServer(
            DaemonSettings settings,
            Timeline timeline,
            DaemonEvents events,
            PublicListeners listeners,
            TlsContexts tlsContexts,
            Consumer<Channel> otherProtocol,
            Executor preparation) {
        this.settings = settings;
        this.timeline = timeline;
        this.events = events;
        this.otherProtocol = otherProtocol;
        this.registrar = new Registrar(timeline, listeners, tlsContexts, preparation);
        this.handshakes = new Handshakes(settings.handshakes());
    }

    /**
     * Listens on {@code address}, of whichever kind {@code server} is for.
     *
     * @param server has group, channel class and options, but no handlers
     */
    public ChannelFuture bind(ServerBootstrap server, SocketAddress address) {
        ChannelFuture bind = server.childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(new HandshakeHandler(ControlServer.this, settings.handshakeDeadline()));
                    }
                })
                .bind(address);
        bind.addListener(done -> bind.channel().pipeline().addLast(new AcceptFaults(events)));
        return bind;
    }

    /** The daemon is stopping: services are to come back to the next one. Any thread. */
    public void stopping() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Makes a change on the registry thread. One that comes when that has ended is nobody's loss: the daemon is gone. */
    void onRegistry(Runnable change) {
        try {
            timeline.execute(change);
        } catch (RejectedExecutionException stopped) {
            events.fault("registry thread, which has ended", stopped);
        }
    }

    /**
     * Ends every session because {@code reason}; services reconnect when a daemon is there again. Any thread.
     *
     * @return completes when the last one has ended, and with it every stream, each in its own way
     */
    public CompletableFuture<Void> closeSessions(String reason) {
        return CompletableFuture.allOf(
                sessions.values().stream().map(session -> session.end(reason)).toArray(CompletableFuture<?>[]::new));
    }

    Consumer<Channel> otherProtocol() {
        return otherProtocol;
    }

    Registrar registrar() {
        return registrar;
    }

    Handshakes handshakes() {
        return handshakes;
    }

    DaemonEvents events() {
        return events;
    }

    long lingerMillis() {
        return LINGER_MILLIS;
    }

    String nextSessionId() {
        return "s" + sessionIds.incrementAndGet();
    }

    /** Counts a session in; false if there are as many as are allowed. */
    boolean sessionOpened(ControlSession session) {
        return sessions.size() < settings.sessions() && sessions.put(session.sessionId(), session) == null;
    }

    void sessionClosed(ControlSession session) {
        sessions.remove(session.sessionId());
    }

    Optional<ControlSession> session(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    int connectionsPerSession() {
        return settings.sessionConnections();
    }

    static String describe(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? NetUtil.toSocketAddressString(inet) : "unix";
    }
}
