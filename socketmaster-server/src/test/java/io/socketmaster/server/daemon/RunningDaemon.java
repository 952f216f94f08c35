package io.socketmaster.server.daemon;

import io.netty.channel.Channel;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.handshake.LaneRequest;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.http.ExchangeSummary;
import io.socketmaster.server.http.HttpEvents;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A whole daemon on random ports, the services that a test registers with it, and raw clients. Everything ends with it. */
final class RunningDaemon implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 15_000;

    private final SocketMasterDaemon daemon;
    private final List<AutoCloseable> services = new ArrayList<>();
    private final Semaphore absences = new Semaphore(0);
    final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    /** What has become of generations, in order: {@code ready}, {@code swapped} or {@code gone}, and their number. */
    final BlockingQueue<String> generations = new LinkedBlockingQueue<>();

    /** The rows by which requests were sent again, in order. */
    final ConcurrentLinkedQueue<String> replays = new ConcurrentLinkedQueue<>();

    private RunningDaemon(DaemonSettings settings) throws IOException {
        daemon = SocketMasterDaemon.start(settings, new Noted(), new HttpEvents() {
            @Override
            public void onExchange(ExchangeSummary summary) {
                // Not looked at here.
            }

            @Override
            public void onServiceFault(String service, String sentence) {
                // Not looked at here.
            }

            @Override
            public void onReplayed(String service, String sessionId, String method, String row) {
                replays.add(method + " " + row);
            }
        });
    }

    /** Waits for a piece of {@link #generations}, and forgets those before it. */
    void awaitGeneration(String what) throws InterruptedException {
        for (String next; !what.equals(next = generations.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)); ) {
            if (next == null) {
                throw new AssertionError("no generation was told of as: " + what);
            }
        }
    }

    static RunningDaemon start() throws IOException {
        return start(settings -> settings);
    }

    static RunningDaemon start(UnaryOperator<DaemonSettings> change) throws IOException {
        return new RunningDaemon(change.apply(DaemonSettings.DEFAULTS
                .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withStopGrace(Duration.ofSeconds(5))));
    }

    SocketMasterDaemon daemon() {
        return daemon;
    }

    InetSocketAddress control() {
        return daemon.controlAddress();
    }

    /** Registers with version 2 of the protocol; the reply may be a refusal. */
    ScriptedService register(SocketDefinition definition, RegistrationOptions options, Consumer<Channel> streams) {
        ScriptedService service = ScriptedService.connect(control(), definition, Optional.of(options), streams);
        services.add(service);
        return service;
    }

    ScriptedService register(SocketDefinition definition, Consumer<Channel> streams) {
        return register(definition, RegistrationOptions.DEFAULTS, streams);
    }

    /** Registers with a control stream. */
    ScriptedService registerTalking(SocketDefinition definition, Consumer<Channel> streams) {
        ScriptedService service = ScriptedService.talking(control(), definition, streams);
        services.add(service);
        return service.expectOk();
    }

    /** One more connection of a session; the reply may be a refusal. */
    ScriptedService lane(LaneRequest request, Consumer<Channel> streams) {
        ScriptedService lane = ScriptedService.lane(control(), request, streams);
        services.add(lane);
        return lane;
    }

    /** Ends a service as a crash does, and waits until the daemon has noticed. */
    void crash(ScriptedService service) throws InterruptedException {
        service.close();
        if (!absences.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the daemon did not notice that its service left");
        }
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Everything until the end of file. */
    static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    static String read(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    /** One request on a connection of its own; the whole answer. */
    static String get(int port, String host, String path) throws IOException {
        try (Socket socket = connect(port)) {
            return get(socket, host, path);
        }
    }

    static String get(Socket socket, String host, String path) throws IOException {
        send(socket, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        return readAll(socket);
    }

    /** Reads up to and with {@code end}. */
    static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = in.read();
            if (next < 0) {
                return read.toString();
            }
            read.append((char) next);
        }
        return read.toString();
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable service : services) {
            service.close();
        }
        daemon.close();
        if (!faults.isEmpty()) {
            throw new AssertionError("the daemon reported faults: " + faults);
        }
    }

    private final class Noted implements DaemonEvents {
        @Override
        public void serviceAbsent(String service, Duration hold, String cause) {
            absences.release();
        }

        @Override
        public void generationReady(String service, int generation, String sessionId) {
            generations.add("ready " + generation);
        }

        @Override
        public void generationSwapped(String service, int from, int to) {
            generations.add("swapped " + to);
        }

        @Override
        public void generationGone(String service, int generation, String sessionId, String cause, int inFlight) {
            generations.add("gone " + generation);
        }

        @Override
        public void connectionReplayed(String service, String sessionId) {
            replays.add("TCP refused");
        }

        @Override
        public void fault(String where, Throwable fault) {
            faults.add(where + ": " + fault);
        }
    }
}
