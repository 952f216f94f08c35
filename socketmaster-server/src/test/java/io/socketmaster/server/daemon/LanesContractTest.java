package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.get;
import static io.socketmaster.server.daemon.ScriptedService.banner;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.handshake.LaneRequest;
import io.socketmaster.server.config.NamedSettings;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A session that is used has several connections, and is one session all the same. */
class LanesContractTest {
    /** One more stream than a session has on one connection. */
    private static final int USED = 17;

    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void closeClients() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    /** Opens connections that stay open, and returns what the service said first on each. */
    private List<String> open(int count, int port) throws IOException {
        List<String> said = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket client = connect(port);
            clients.add(client);
            said.add(new String(client.getInputStream().readNBytes(5), StandardCharsets.US_ASCII));
        }
        return said;
    }

    private static ScriptedService first(RunningDaemon daemon) {
        return daemon.registerTalking(SocketDefinition.tcp(0), banner("first"));
    }

    private ControlMessage.Lanes use(ScriptedService service) throws Exception {
        assertThat(open(USED, service.boundPort())).containsOnly("first");
        return (ControlMessage.Lanes) service.nextMessage();
    }

    private static LaneRequest request(ScriptedService service, String key) {
        return new LaneRequest(service.reply().details().orElseThrow().session(), key);
    }

    /** One more connection; the reply may be a refusal. */
    private static ScriptedService more(RunningDaemon daemon, LaneRequest request) {
        return daemon.lane(request, banner("more."));
    }

    /** All that the daemon asked for. */
    private static List<ScriptedService> lanes(
            RunningDaemon daemon, ScriptedService service, ControlMessage.Lanes asked) {
        List<ScriptedService> lanes = new ArrayList<>();
        for (int i = 0; i < asked.count(); i++) {
            lanes.add(more(daemon, request(service, asked.key())).expectOk());
        }
        return lanes;
    }

    @Test
    void aSessionThatIsUsedIsAskedForFurtherConnectionsAndItsClientsAreSpreadOverThem() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = first(daemon);
            ControlMessage.Lanes asked = use(service);

            lanes(daemon, service, asked);

            assertThat(open(USED, service.boundPort())).containsOnly("first", "more.");
            assertThat(service.heardNothing()).as("asked once").isTrue();
        }
    }

    @Test
    void aSessionThatIsHardlyUsedIsLeftAlone() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = daemon.registerTalking(SocketDefinition.http(0, "/"), http("web"));
            for (int i = 0; i < USED - 1; i++) {
                assertThat(get(service.boundPort(), "host", "/")).contains("web: GET /");
            }

            assertThat(service.heardNothing()).isTrue();
        }
    }

    @Test
    void aDaemonOfOneConnectionForEachSessionAsksForNoMore() throws Exception {
        try (RunningDaemon daemon =
                RunningDaemon.start(settings -> NamedSettings.with(settings, Map.of("sessionConnections", "1")))) {
            ScriptedService service = first(daemon);
            assertThat(open(2 * USED, service.boundPort())).containsOnly("first");

            assertThat(service.heardNothing()).isTrue();
        }
    }

    @Test
    void nobodyJoinsASessionWithoutItsKey() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = first(daemon);
            ControlMessage.Lanes asked = use(service);

            assertThat(List.of(
                            more(daemon, request(service, asked.key() + "0")).reply(),
                            more(daemon, new LaneRequest("s99", asked.key())).reply()))
                    .allSatisfy(reply -> assertThat(reply.status())
                            .startsWith("BAD_REQUEST: ")
                            .contains("no session was asked")
                            .doesNotContain(asked.key()));
        }
    }

    @Test
    void nobodyJoinsASessionThatWasNotAsked() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = first(daemon);

            assertThat(more(daemon, request(service, "0")).reply().status()).startsWith("BAD_REQUEST: ");
        }
    }

    @Test
    void moreConnectionsThanWereAskedForAreRefused() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = first(daemon);
            ControlMessage.Lanes asked = use(service);
            lanes(daemon, service, asked);

            assertThat(more(daemon, request(service, asked.key())).reply().status())
                    .startsWith("BAD_REQUEST: ")
                    .contains("has all " + asked.count());
        }
    }

    @Test
    void theEndOfOneConnectionIsTheEndOfTheSessionAndWhatComesThenWaitsForTheNext() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = first(daemon);
            int port = service.boundPort();
            ControlMessage.Lanes asked = use(service);

            daemon.crash(lanes(daemon, service, asked).get(0));
            ScriptedService next = daemon.registerTalking(SocketDefinition.tcp(port), banner("next."));

            assertThat(open(4, next.boundPort())).containsOnly("next.");
            assertThat(service.endsAfterGoAway()).isTrue();
        }
    }

    @Test
    void theEndOfTheFirstConnectionEndsTheOthers() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = first(daemon);
            ControlMessage.Lanes asked = use(service);
            List<ScriptedService> lanes = lanes(daemon, service, asked);

            daemon.crash(service);

            assertThat(lanes).allMatch(ScriptedService::endsAfterGoAway);
        }
    }
}
