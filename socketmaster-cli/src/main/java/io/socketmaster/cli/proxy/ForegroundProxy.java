package io.socketmaster.cli.proxy;

import io.socketmaster.cli.ForegroundDaemon;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.backend.BackendAddress;
import io.socketmaster.server.backend.BackendSpec;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.Rejection;
import io.socketmaster.server.service.ServiceSettings;
import io.socketmaster.server.tls.ClientAuthorities;
import io.socketmaster.server.tls.ServerTls;
import io.socketmaster.server.tls.TlsContexts;
import io.socketmaster.server.tls.TlsIdentityReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A proxy in this process: a daemon with one plain backend, in the ways of two tools. Each method blocks. */
public final class ForegroundProxy implements AutoCloseable {
    /** The service's name where the tool knew none. */
    private static final String NAME = "proxy";

    private final ForegroundDaemon process;
    private final String listen;

    private ForegroundProxy(ForegroundDaemon process, String listen) {
        this.process = process;
        this.listen = listen;
    }

    /**
     * As the switching proxy: connections go to one backend, which can be switched.
     *
     * @param settings of the daemon
     * @param spec what to do
     * @param switchPort where the paths {@code /switch} and {@code /current} answer on loopback; empty: nowhere
     * @throws IOException in one sentence if it cannot be done; nothing is left then
     */
    public static ForegroundProxy switching(DaemonSettings settings, BackendSpec spec, Optional<Integer> switchPort)
            throws IOException {
        ForegroundDaemon process = ForegroundDaemon.start(settings, /* accessLog= */ false);
        return begun(process, process.daemon().proxy(spec, switchPort).thenApply(status -> status.listen()));
    }

    /**
     * As the pausing proxy: scripts pause and resume it at an address of its own.
     *
     * @throws IllegalArgumentException if an address or a file of the configuration cannot be used
     * @throws IOException in one sentence if it cannot be done; nothing is left then
     */
    public static ForegroundProxy pausing(TcpauseConfig config) throws IOException {
        ListenAddress listen;
        ListenAddress control;
        BackendSpec spec;
        try {
            listen = ListenAddress.parse(config.listen());
            control = ListenAddress.parse(config.control());
            spec = BackendSpec.of(NAME, listen, BackendAddress.parse(config.upstream()))
                    .withHold(ServiceSettings.DEFAULTS.maxHold());
            if (config.rejectClients() || config.tls().isPresent()) {
                spec = spec.withRejection(rejection(config));
            }
        } catch (ProtocolException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        ForegroundDaemon process = ForegroundDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withStopGrace(config.gracePeriod()),
                /* accessLog= */ false);
        SocketMasterDaemon daemon = process.daemon();
        BackendSpec wanted = spec;
        return begun(
                process,
                daemon.openPauseDoor(control, NAME, config.rejectClients())
                        .thenCompose(door -> daemon.proxy(wanted, /* switchPort= */ Optional.empty()))
                        .thenApply(status -> status.listen()));
    }

    private static ForegroundProxy begun(ForegroundDaemon process, CompletableFuture<String> listen)
            throws IOException {
        try {
            return new ForegroundProxy(process, listen.join());
        } catch (CompletionException e) {
            process.close();
            if (e.getCause() instanceof ProtocolException refusal) {
                if (refusal.code() == ErrorCode.BAD_REQUEST) {
                    throw new IllegalArgumentException(refusal.getMessage(), refusal);
                }
                throw new IOException(refusal.getMessage(), refusal);
            }
            throw e;
        }
    }

    private static Rejection rejection(TcpauseConfig config) throws ProtocolException {
        Optional<Duration> retryAfter = Optional.of(config.retryAfter()).filter(time -> !time.isZero());
        Optional<ServerTls> tls = Optional.empty();
        if (config.tls().isPresent()) {
            TcpauseConfig.TlsFiles files = config.tls().get();
            TlsMaterial material = new TlsMaterial(
                    read(TcpauseConfig.CERT, files.certificate()), read(TcpauseConfig.KEY, files.key()));
            List<X509Certificate> authorities = files.clientCa().isPresent()
                    ? ClientAuthorities.read(
                            read(TcpauseConfig.CA_CERT, files.clientCa().get()))
                    : List.of();
            tls = Optional.of(TlsContexts.fastest()
                    .server(TlsIdentityReader.read(material, Instant.now()), /* alpn= */ List.of(), authorities));
        }
        return new Rejection(retryAfter, tls);
    }

    private static String read(String name, Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(name + ": there is no file " + file + "; correct the path", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    name + ": " + file + " cannot be read (" + e.getMessage() + "); correct the path", e);
        }
    }

    /** Where clients come, with the port that was really bound. */
    public String listen() {
        return listen;
    }

    /** Where the other commands find it. */
    public SocketAddress control() {
        return process.daemon().controlAddress();
    }

    /** Runs until the process is told to stop; see {@link ForegroundDaemon#runUntilStopped}. */
    public int runUntilStopped() {
        return process.runUntilStopped();
    }

    @Override
    public void close() {
        process.close();
    }
}
