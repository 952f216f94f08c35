package io.socketmaster.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.server.api.ApiServer;
import io.socketmaster.server.api.ApiSettings;
import io.socketmaster.server.api.DaemonFacts;
import io.socketmaster.server.api.EventFeed;
import io.socketmaster.server.backend.BackendSettings;
import io.socketmaster.server.backend.BackendSpec;
import io.socketmaster.server.backend.BackendStatus;
import io.socketmaster.server.backend.Backends;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.control.ControlServer;
import io.socketmaster.server.events.CompositeEvents;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.http.HttpEvents;
import io.socketmaster.server.listener.Frontends;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.MemoryWatch;
import io.socketmaster.server.listener.PublicListeners;
import io.socketmaster.server.listener.PublicSockets;
import io.socketmaster.server.service.HoldBudget;
import io.socketmaster.server.service.ServiceSettings;
import io.socketmaster.server.tls.TlsContexts;
import io.socketmaster.server.unix.SocketRights;
import io.socketmaster.server.unix.UnixSocketFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A running daemon. {@link #start} returns when services can register; {@link #stop} lets what is in flight finish.
 * Both may be called from any thread but the daemon's own.
 */
public final class SocketMasterDaemon implements AutoCloseable {
    private static final int PREPARATION_THREADS = 2;
    private static final String STOPPING = "the daemon is stopping";

    /** How long sessions may take to end their last streams. */
    private static final long GOODBYE_SECONDS = 10;

    private final DaemonSettings settings;
    private final DaemonEvents events;
    private final EventLoopGroup loops;
    private final RegistryThread registry;
    private final ExecutorService preparation;
    private final TlsContexts tlsContexts = TlsContexts.fastest();
    private final PublicListeners listeners;
    private final Backends backends;
    private final ApiServer api;
    private final ControlServer control;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    private Channel controlSocket;
    private Optional<UnixSocketFile> unixSocket = Optional.empty();
    private Optional<Channel> unixControlSocket = Optional.empty();
    private boolean stopping;

    private SocketMasterDaemon(DaemonSettings settings, DaemonEvents listener, HttpEvents httpEvents) {
        long startNanos = System.nanoTime();
        EventFeed feed = new EventFeed(Clock.systemUTC());
        DaemonEvents events = new CompositeEvents(List.of(listener, feed));
        this.settings = settings.withConnections(settings.connections().within(Descriptors.limit()));
        this.events = events;
        loops = Transport.newLoops(Math.max(2, Runtime.getRuntime().availableProcessors()));
        registry = new RegistryThread(events);
        // As many tasks as handshakes may be under way, so nothing is ever turned away here.
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                PREPARATION_THREADS,
                PREPARATION_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("socketmaster-prepare", /* daemon= */ true));
        pool.allowCoreThreadTimeOut(true);
        preparation = pool;
        MemoryWatch memory = new MemoryWatch(
                settings.memory(), new Memory(Memory.PROC, Transport.BUFFERS)::use, System::nanoTime, events);
        Frontends frontends = new Frontends(this.settings, events, httpEvents, memory);
        HoldBudget budget = new HoldBudget(HoldBudget.DEFAULT_LIMIT);
        PublicSockets sockets = new PublicSockets(
                address -> Transport.publicServer(loops, address),
                () -> Transport.publicUnixServer(loops),
                preparation,
                events);
        listeners = new PublicListeners(
                registry,
                events,
                sockets,
                frontends,
                ServiceSettings.DEFAULTS.withLongLivedDrain(settings.longLivedDrain()),
                budget);
        backends = new Backends(
                registry,
                listeners,
                events,
                BackendSettings.DEFAULTS,
                target -> frontends.counted(Transport.newClient(target)),
                loops,
                preparation);
        api = new ApiServer(
                ApiSettings.DEFAULTS,
                new DaemonFacts(version(), startNanos),
                registry,
                listeners,
                budget,
                events,
                feed,
                backends,
                sockets,
                preparation);
        control = new ControlServer(settings, registry, events, listeners, tlsContexts, api::take, preparation);
    }

    /** As the build wrote it into the jar. */
    private static String version() {
        String version = SocketMasterDaemon.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /**
     * Starts a daemon.
     *
     * @throws IOException if the control socket cannot be bound; the message names the address and the remedy
     */
    public static SocketMasterDaemon start(DaemonSettings settings, DaemonEvents events, HttpEvents httpEvents)
            throws IOException {
        SocketMasterDaemon daemon = new SocketMasterDaemon(settings, events, httpEvents);
        try {
            daemon.bind();
        } catch (IOException e) {
            daemon.close();
            throw e;
        }
        return daemon;
    }

    private void bind() throws IOException {
        try {
            controlSocket = awaitBound(control.bind(Transport.controlServer(loops), settings.bind()));
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + NetUtil.toSocketAddressString(settings.bind()) + ": " + e.getMessage()
                            + "; is a daemon running there already? Choose another address with --bind",
                    e);
        }
        if (settings.unixSocket().isPresent()) {
            unixSocket = Optional.of(
                    UnixSocketFile.bind(settings.unixSocket().get(), SocketRights.OWNER_ONLY, this::bindUnixSocket));
        }
    }

    private void bindUnixSocket(Path path) throws IOException {
        unixControlSocket =
                Optional.of(awaitBound(control.bind(Transport.unixServer(loops), UnixDomainSocketAddress.of(path))));
    }

    private static Channel awaitBound(ChannelFuture bind) throws IOException {
        if (!bind.awaitUninterruptibly().isSuccess()) {
            throw bind.cause() instanceof IOException io ? io : new IOException(bind.cause());
        }
        return bind.channel();
    }

    /**
     * Makes a plain backend, as {@code PUT /v1/backends/NAME} does.
     *
     * @param switchPort where on loopback the paths {@code /switch} and {@code /current} answer; empty: nowhere
     * @return fails with a {@link ProtocolException}, perhaps as a cause; nothing is left then
     */
    public CompletableFuture<BackendStatus> proxy(BackendSpec spec, Optional<Integer> switchPort) {
        return api.withSwitch(spec.name(), switchPort, () -> backends.put(spec)).thenApply(Backends.Put::status);
    }

    /**
     * Opens a socket at which scripts pause one service by the paths of TCPause.
     *
     * @param reject whether newcomers are refused while it is paused, instead of being held
     * @return where it listens; fails with a {@link ProtocolException}, perhaps as a cause
     */
    public CompletableFuture<SocketAddress> openPauseDoor(ListenAddress address, String service, boolean reject) {
        return api.openPauseDoor(address, service, reject).thenApply(PublicSockets.Bound::address);
    }

    /** Where services register, with the port that was really bound. */
    public InetSocketAddress controlAddress() {
        return (InetSocketAddress) controlSocket.localAddress();
    }

    /** Which TLS this machine gives us, for a line in the log. Loaded meanwhile, so that whoever needs it first does not wait. */
    public CompletableFuture<String> tls() {
        CompletableFuture<String> description = CompletableFuture.supplyAsync(tlsContexts::description, preparation);
        description.exceptionally(fault -> {
            events.fault("loading TLS", fault);
            return null;
        });
        return description;
    }

    /**
     * Stops: registers nothing and accepts nothing more, lets what is in flight finish within the grace, then ends the
     * sessions. Services reconnect when a daemon is there again. Later calls return the same future.
     */
    public synchronized CompletableFuture<Void> stop() {
        if (!stopping) {
            stopping = true;
            control.stopping();
            api.closeDoors();
            if (controlSocket != null) {
                controlSocket.close();
            }
            unixControlSocket.ifPresent(Channel::close);
            CompletableFuture.supplyAsync(listeners::stopAccepting, registry)
                    .thenCompose(drained -> drained)
                    .orTimeout(Math.max(1, settings.stopGrace().toMillis()), TimeUnit.MILLISECONDS)
                    .whenCompleteAsync((done, late) -> shutDown(), preparation);
        }
        return stopped;
    }

    private void shutDown() {
        // A loop that shuts down closes its channels first and writes nothing more: what says goodbye goes before.
        CompletableFuture.allOf(control.closeSessions(STOPPING), backends.closeConnections(STOPPING))
                .orTimeout(GOODBYE_SECONDS, TimeUnit.SECONDS)
                .whenComplete((ended, late) -> endLoops());
    }

    private void endLoops() {
        loops.shutdownGracefully(/* quietPeriod= */ 100, /* timeout= */ 5_000, TimeUnit.MILLISECONDS)
                .addListener(ended -> {
                    registry.close();
                    preparation.shutdown();
                    deleteUnixSocket();
                    stopped.complete(null);
                });
    }

    private void deleteUnixSocket() {
        try {
            if (unixSocket.isPresent()) {
                unixSocket.get().delete();
            }
        } catch (IOException e) {
            events.fault("removing the Unix socket " + unixSocket.get().path(), e);
        }
    }

    /** Completes when the daemon has stopped. */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /** Stops and waits for the end. */
    @Override
    public void close() {
        stop().join();
    }
}
