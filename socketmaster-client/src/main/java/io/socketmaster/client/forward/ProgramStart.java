package io.socketmaster.client.forward;

import io.netty.channel.EventLoop;
import io.socketmaster.client.forward.Presence.Step;
import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.ClientLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for a program that was just started. Fields belong to the library's loop. */
public final class ProgramStart {
    /** How long one connection or answer may take; the next attempt follows. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final EventLoop loop = ClientLoop.shared();
    private final CompletableFuture<Void> answered = new CompletableFuture<>();
    private final Presence presence = new Presence(Optional.empty());
    private final Optional<String> path;
    private final Dialer dialer;
    private volatile String lastReason = "nobody looked yet";

    private ProgramStart(Address program, Optional<String> path) {
        this.path = path;
        this.dialer = new Dialer(loop, program, PATIENCE);
    }

    /**
     * Looks for a program with growing intervals, of at most {@link Presence#LONGEST_LOOK}.
     *
     * @param path an HTTP path that must answer with a status of 200 to 299; empty: a connection that is accepted will do
     */
    public static ProgramStart await(Address program, Optional<String> path) {
        path.ifPresent(HealthCheck::http); // refuses what is no path
        ProgramStart start = new ProgramStart(program, path);
        start.loop.execute(start::look);
        return start;
    }

    /** Completes on the library's loop when the program answers; completing it by hand ends the looking. */
    public CompletableFuture<Void> answered() {
        return answered;
    }

    /** Why the last look found no answer. Any thread. */
    public String lastReason() {
        return lastReason;
    }

    private void look() {
        if (!answered.isDone()) {
            Probe.look(dialer, path, PATIENCE, this::onResult);
        }
    }

    private void onResult(Probe.Result result) {
        if (result.finding() == Probe.Finding.WELL) {
            answered.complete(null);
            return;
        }
        lastReason = result.reason();
        Step step = result.finding() == Probe.Finding.UNWELL ? presence.onUnwell() : presence.onNoConnection();
        loop.schedule(this::look, step.lookIn().orElseThrow().toNanos(), TimeUnit.NANOSECONDS);
    }
}
