package io.socketmaster.cli.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * What the process does on signals, for as long as this is open. Java's own shutdown hooks hear of the first signal only and
 * end the JVM whatever happens; here a first SIGTERM or SIGINT stops in good order and a second one at once.
 *
 * <p>Handlers run on threads of the JVM's, one for each signal.
 */
@SuppressWarnings("sunapi") // the JDK's only way, exported by jdk.unsupported for this
final class Signals implements AutoCloseable {
    private static final List<String> STOP = List.of("TERM", "INT");

    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
    private final Runnable stop;
    private final Runnable stopNow;
    private boolean stopping;

    private Signals(Runnable stop, Runnable stopNow) {
        this.stop = stop;
        this.stopNow = stopNow;
    }

    /** @param stopNow on a second signal */
    static Signals untilStopped(Runnable stop, Runnable stopNow) {
        Signals signals = new Signals(stop, stopNow);
        STOP.forEach(name -> signals.handle(name, signal -> signals.onStop()));
        return signals;
    }

    /** Also passes these on by name; those that the JVM keeps for itself are left out. */
    Signals passOn(List<String> names, Consumer<String> to) {
        for (String name : new ArrayList<>(names)) {
            handle(name, signal -> to.accept(signal.getName()));
        }
        return this;
    }

    private void handle(String name, SignalHandler handler) {
        try {
            Signal signal = new Signal(name);
            before.put(signal, Signal.handle(signal, handler));
        } catch (IllegalArgumentException keptByTheJvm) {
            // Run with -Xrs, or a system without this signal: it then does what it does to every JVM.
            return;
        }
    }

    private synchronized void onStop() {
        if (stopping) {
            stopNow.run();
        } else {
            stopping = true;
            stop.run();
        }
    }

    @Override
    public void close() {
        before.forEach(Signal::handle);
    }
}
