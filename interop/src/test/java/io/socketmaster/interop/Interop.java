package io.socketmaster.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.events.CompositeEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A daemon for a test class, in this process, and the Go programs of each test, which are killed at its end. When a test
 * fails, what its programs said is printed, and what happened at the daemon; the daemon's log is in {@code
 * target/interop-daemon.log}. Used by one test at a time, on the test's thread.
 */
final class Interop implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private static final Duration REGISTRATION = Duration.ofSeconds(10);
    private static final Duration EVENT = Duration.ofSeconds(10);
    private static final int REGISTRATION_ATTEMPTS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<GoProcess> processes = new ArrayList<>();
    private final Journal journal = new Journal();
    private SocketMasterDaemon daemon;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        GoTools.programs();
        LogEvents log = new LogEvents(/* accessLog= */ false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withStopGrace(Duration.ZERO),
                new CompositeEvents(List.of(log, journal)),
                log);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.out.println(context.getDisplayName() + " failed; its programs said:");
            processes.forEach(System.out::println);
            System.out.println(journal.lines());
        }
        processes.forEach(GoProcess::close);
        processes.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (daemon != null) {
            daemon.close();
        }
        List<String> faults = journal.lines().all().stream()
                .filter(line -> line.startsWith("fault"))
                .toList();
        if (!faults.isEmpty()) {
            throw new AssertionError("the daemon had faults: " + faults);
        }
    }

    InetSocketAddress daemonAddress() {
        return daemon.controlAddress();
    }

    /** What has happened at the daemon. */
    Lines journal() {
        return journal.lines();
    }

    /** Waits for an event of {@link Journal} about a plain TCP or HTTP service, among those from number {@code from} on. */
    void awaitEvent(int from, String event, GoService service) {
        Pattern line = Pattern.compile(event + " (tcp|http):" + service.port() + "( .*)?");
        journal().await(from, event + " for port " + service.port(), line.asMatchPredicate(), EVENT);
    }

    /** Starts any of the programs. */
    GoProcess start(String program, String... arguments) {
        GoProcess process = GoProcess.start(program, List.of(arguments));
        processes.add(process);
        return process;
    }

    /** Starts a service and waits until it is registered. */
    GoService start(GoService.Plan plan) {
        for (int attempt = 1; ; attempt++) {
            int port = plan.port().orElseGet(Ports::pick);
            GoProcess process = register(plan, port);
            String outcome = process.output().await(0, "about the registration", line -> true, REGISTRATION);
            if (outcome.equals("registered")) {
                return new GoService(process, port);
            }
            if (plan.port().isPresent()
                    || !outcome.startsWith("refused PORT_IN_USE")
                    || attempt == REGISTRATION_ATTEMPTS) {
                throw new AssertionError(plan + " on port " + port + ": " + outcome);
            }
        }
    }

    /** Starts a service that is to be refused, and returns what it was told. */
    String startRefused(GoService.Plan plan) {
        return register(plan, plan.port().orElseThrow())
                .output()
                .await("refused ", REGISTRATION)
                .substring("refused ".length());
    }

    private GoProcess register(GoService.Plan plan, int port) {
        return start(
                "service",
                Stream.concat(
                                Stream.of(
                                        "-daemon",
                                        "127.0.0.1:" + daemonAddress().getPort(),
                                        "-kind",
                                        plan.kind(),
                                        "-port",
                                        String.valueOf(port)),
                                plan.flags().stream())
                        .toArray(String[]::new));
    }

    /** Runs the client to its end, which must be a good one, and returns what it found. */
    JsonNode client(Duration patience, String... arguments) {
        return result(start("client", arguments), patience);
    }

    /** Waits for the good end of a client and returns what it found. */
    static JsonNode result(GoProcess client, Duration patience) {
        if (client.awaitExit(patience) != 0) {
            throw new AssertionError("the Go client failed: " + client);
        }
        try {
            return JSON.readTree(String.join("\n", client.output().all()));
        } catch (JsonProcessingException e) {
            throw new AssertionError("the Go client printed no JSON: " + client, e);
        }
    }
}
