package io.socketmaster.benchmarks.chaos;

import io.socketmaster.benchmarks.chaos.ServiceRun.Ports;
import io.socketmaster.benchmarks.process.ChildProcess.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The processes of the service: the one that has the traffic, and those that are on their way out. Main thread. */
final class Services implements AutoCloseable {
    /** Between two blows, so that each meets a service that works. */
    private static final Duration PEACE = Duration.ofMillis(200);

    private static final Duration SHORT_FROST = Duration.ofMillis(500);

    /** Longer than the daemon takes to give up a session that is silent. */
    private static final Duration LONG_FROST = Duration.ofSeconds(17);

    /** What a process that leaves has on top of its drain time. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    private final String daemon;
    private final Path directory;
    private final Duration drain;
    private final Map<Blow, Integer> blows = new EnumMap<>(Blow.class);
    private final List<ServiceRun> leaving = new ArrayList<>();
    private final Ports ports;
    private ServiceRun current;
    private boolean rehearse;

    Services(String daemon, Path directory, Duration drain) throws IOException {
        this.daemon = daemon;
        this.directory = directory;
        this.drain = drain;
        current = ServiceRun.start(daemon, Ports.ANY, directory, drain, rehearse);
        ports = current.ports();
        current.ready();
    }

    Ports ports() {
        return ports;
    }

    /** From now on each process answers some requests of its own before it is there. */
    void rehearse() {
        rehearse = true;
    }

    /** How often each blow has fallen. */
    Map<Blow, Integer> blows() {
        return Map.copyOf(blows);
    }

    /**
     * Does what the blow says, and returns when a service has the traffic again.
     *
     * @return when the one that has the traffic now said that it is ready, in {@link System#nanoTime}; 0 if it is the same one
     */
    long strike(Blow blow) throws IOException {
        blows.merge(blow, 1, Integer::sum);
        settle(PEACE);
        return switch (blow) {
            case REPLACE -> {
                ServiceRun old = current;
                long readyAt = succeed();
                leave(old);
                yield readyAt;
            }
            case RESTART -> {
                leave(current);
                yield succeed();
            }
            case FREEZE -> {
                current.signal(Signal.STOP);
                current.awaitExit(SHORT_FROST);
                current.signal(Signal.CONT);
                yield 0;
            }
            case KILL -> {
                kill(current);
                yield succeed();
            }
            case KILL_SUCCESSOR -> {
                try (ServiceRun successor = start()) {
                    successor.ready();
                    successor.awaitExit(PEACE);
                    kill(successor);
                }
                yield 0;
            }
            case FREEZE_FOR_GOOD -> {
                ServiceRun frozen = current;
                frozen.signal(Signal.STOP);
                long readyAt = succeed();
                frozen.awaitExit(LONG_FROST);
                kill(frozen);
                yield readyAt;
            }
        };
    }

    /** Lets the one that has the traffic work for a while. */
    void settle(Duration time) throws IOException {
        if (current.awaitExit(time)) {
            throw new IOException("a service ended by itself; it said:\n" + current.output());
        }
    }

    private ServiceRun start() throws IOException {
        return ServiceRun.start(daemon, ports, directory, drain, rehearse);
    }

    private long succeed() throws IOException {
        current = start();
        return current.ready();
    }

    private static void kill(ServiceRun service) throws IOException {
        service.signal(Signal.KILL);
        service.awaitExit(GRACE);
        service.close();
    }

    private void leave(ServiceRun service) throws IOException {
        service.signal(Signal.TERM);
        leaving.add(service);
        leaving.removeIf(each -> each.awaitExit(Duration.ZERO) && closed(each));
    }

    private static boolean closed(ServiceRun service) {
        service.close();
        return true;
    }

    /** Waits for those that leave; what each one said that did not within its drain time and then some. */
    List<String> stayed() {
        List<String> stayed = new ArrayList<>();
        for (ServiceRun each : leaving) {
            if (!each.awaitExit(drain.plus(GRACE))) {
                stayed.add(each.output());
            }
            each.close();
        }
        leaving.clear();
        return stayed;
    }

    @Override
    public void close() {
        leaving.forEach(ServiceRun::close);
        current.close();
    }
}
