package io.socketmaster.cli;

import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import java.io.IOException;

/** A daemon in this process, with its log lines, until a signal stops it. */
public final class ForegroundDaemon implements AutoCloseable {
    private final SocketMasterDaemon daemon;
    private final DaemonSettings settings;
    private final LogEvents log;

    private ForegroundDaemon(SocketMasterDaemon daemon, DaemonSettings settings, LogEvents log) {
        this.daemon = daemon;
        this.settings = settings;
        this.log = log;
    }

    /** @throws IOException if the control socket cannot be bound; the message names the address and the remedy */
    public static ForegroundDaemon start(DaemonSettings settings, boolean accessLog) throws IOException {
        LogEvents log = new LogEvents(accessLog);
        SocketMasterDaemon daemon = SocketMasterDaemon.start(settings, log, log);
        log.started(daemon.controlAddress(), settings.unixSocket(), daemon.describeMachine());
        return new ForegroundDaemon(daemon, settings, log);
    }

    public SocketMasterDaemon daemon() {
        return daemon;
    }

    /** Runs until the process is told to stop, and then stops in good order; the process ends with 0. */
    public int runUntilStopped() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "socketmaster-stop"));
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
        daemon.close();
    }
}
