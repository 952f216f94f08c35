package io.socketmaster.benchmarks.own;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.memory.IdleMemory;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Measures the rows that are wanted, each daemon for as many of them as it can serve. Confined to one thread. */
public final class OwnFigures {
    private static final Set<OwnRow> OF_BUSY_DAEMON =
            EnumSet.of(OwnRow.ROUTES, OwnRow.REGISTRATIONS, OwnRow.ALLOCATION);

    private final Plan plan;
    private final EventLoopGroup loops;
    private final List<Figure> figures = new ArrayList<>();

    /** @param loops one event loop for our own clients */
    public OwnFigures(Plan plan, EventLoopGroup loops) {
        this.plan = plan;
        this.loops = loops;
    }

    /** In the order of {@link OwnRow}; each is also told on standard error when it is there. */
    public List<Figure> measure(Set<OwnRow> rows) throws IOException, InterruptedException, GeneralSecurityException {
        if (rows.stream().anyMatch(OF_BUSY_DAEMON::contains)) {
            measureBusyDaemon(rows);
        }
        if (rows.contains(OwnRow.IDLE_HTTPS)) {
            add(new IdleHttps(new IdleMemory(loops)).measure(plan.daemonJar()));
        }
        if (rows.contains(OwnRow.START) && plan.startCommand().isPresent()) {
            for (Figure figure : new StartTime(plan.startCommand().get(), plan.rounds()).measure()) {
                add(figure);
            }
        }
        return List.copyOf(figures);
    }

    private void measureBusyDaemon(Set<OwnRow> rows) throws IOException {
        try (BusyDaemon daemon = BusyDaemon.start(plan, loops)) {
            daemon.warmUp(rows);
            if (rows.contains(OwnRow.ROUTES)) {
                add(daemon.routes());
            }
            if (rows.contains(OwnRow.REGISTRATIONS)) {
                add(daemon.registrations());
            }
            if (rows.contains(OwnRow.ALLOCATION)) {
                add(daemon.allocation());
            }
        }
    }

    private void add(Figure figure) {
        figures.add(figure);
        System.err.println(figure.title() + ": " + figure.value() + " " + figure.unit());
    }
}
