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

    /** @param loops one event loop for our own clients */
    public OwnFigures(Plan plan, EventLoopGroup loops) {
        this.plan = plan;
        this.loops = loops;
    }

    /** In the order of {@link OwnRow}. */
    public List<Figure> measure(Set<OwnRow> rows) throws IOException, InterruptedException, GeneralSecurityException {
        List<Figure> figures = new ArrayList<>();
        if (rows.stream().anyMatch(OF_BUSY_DAEMON::contains)) {
            try (BusyDaemon daemon = BusyDaemon.start(plan, loops)) {
                daemon.warmUp(rows);
                if (rows.contains(OwnRow.ROUTES)) {
                    figures.add(daemon.routes());
                }
                if (rows.contains(OwnRow.REGISTRATIONS)) {
                    figures.add(daemon.registrations());
                }
                if (rows.contains(OwnRow.ALLOCATION)) {
                    figures.add(daemon.allocation());
                }
            }
        }
        if (rows.contains(OwnRow.IDLE_HTTPS)) {
            figures.add(new IdleHttps(new IdleMemory(loops)).measure(plan.daemonJar()));
        }
        if (rows.contains(OwnRow.START) && plan.startCommand().isPresent()) {
            figures.addAll(new StartTime(plan.startCommand().get(), plan.rounds()).measure());
        }
        return figures;
    }
}
