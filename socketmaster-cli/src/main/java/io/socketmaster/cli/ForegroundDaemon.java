package io.socketmaster.cli;

import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon in this process, with its log lines, until a signal stops it. */
public final class ForegroundDaemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ForegroundDaemon.class);

    private final SocketMasterDaemon daemon;
    private final DaemonSettings settings;
    private final LogEvents log;
    private final Thread onSignal = new Thread(this::stop, "socketmaster-stop");

    private ForegroundDaemon(SocketMasterDaemon daemon, DaemonSettings settings, LogEvents log) {
        this.daemon = daemon;
        this.settings = settings;
        this.log = log;
    }

    /** @throws IOException if the control socket cannot be bound; the message names the address and the remedy */
    public static ForegroundDaemon start(DaemonSettings settings, boolean accessLog) throws IOException {
        LogEvents log = new LogEvents(accessLog);
        SocketMasterDaemon daemon = SocketMasterDaemon.start(settings, log, log);
        ForegroundDaemon process = new ForegroundDaemon(daemon, settings, log);
        // Whoever reads that it listens may stop it at once.
        if (process.obeysSignals()) {
            log.started(daemon.controlAddress(), settings.unixSocket());
            daemon.tls().thenAccept(log::tls);
        }
        return process;
    }

    /** False if a signal came before the daemon was there: then the process is ending already, and the daemon with it. */
    private boolean obeysSignals() {
        try {
            Runtime.getRuntime().addShutdownHook(onSignal);
            return true;
        } catch (IllegalStateException ending) {
            LOG.debug("told to stop before the start", ending);
            daemon.close();
            return false;
        }
    }

    public SocketMasterDaemon daemon() {
        return daemon;
    }

    /** Runs until the process is told to stop, and then stops in good order; the process ends with 0. */
    public int runUntilStopped() {
        daemon.stopped().join();
        return 0;
    }

    private void stop() {
        log.stopping(settings.stopGrace());
        daemon.close();
        log.stopped();
        // Java would report the signal as 128 and more; a daemon that did what it was told has not failed.
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException ending) {
            // A signal stops it already; twice does no harm.
            LOG.debug("closed while a signal stops it", ending);
        }
        daemon.close();
    }
}
