package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.read;
import static io.socketmaster.server.daemon.RunningDaemon.readAll;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.socketmaster.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract section 7, plain backends over the control API: put, switch, remove, and an address that refuses. */
class BackendContractTest {
    private RunningDaemon daemon;
    private final List<AutoCloseable> servers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        daemon = RunningDaemon.start();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable server : servers) {
            server.close();
        }
        daemon.close();
    }

    private PlainServer server(String name) throws IOException {
        return closing(PlainServer.start(name));
    }

    private PlainServer closing(PlainServer server) {
        servers.add(server);
        return server;
    }

    private Api put(String name, String listen, String backend, String more) throws IOException {
        String body = "{\"listen\":\"" + listen + "\",\"backend\":\"" + backend + "\"" + more + "}";
        return Api.send(daemon, Api.request("PUT", "/v1/backends/" + name, "Content-Type: application/json\r\n", body));
    }

    /** Makes a backend; its port. */
    private int put(String name, String backend) throws IOException {
        return portOf(put(name, "127.0.0.1:0", backend, "").expect(201).json());
    }

    private static int portOf(JsonNode backend) {
        String listen = backend.path("listen").asText();
        return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    }

    private Api switchTo(String name, String backend) throws IOException {
        return Api.post(daemon, "/v1/backends/" + name + "/switch", "{\"backend\":\"" + backend + "\"}");
    }

    private JsonNode backend(String name) throws IOException {
        return Api.get(daemon, "/v1/backends/" + name).expect(200).json();
    }

    private static String say(Socket client, String text, int answer) throws IOException {
        send(client, text);
        return read(client, answer);
    }

    @Test
    void everyConnectionGoesToTheBackendAndTheServerMaySpeakFirst() throws Exception {
        int port = put("web", server("one").address());

        try (Socket client = connect(port)) {
            assertThat(read(client, 4)).isEqualTo("one>");
            assertThat(say(client, "hello", 5)).isEqualTo("hello");
            client.shutdownOutput();
            assertThat(readAll(client)).isEmpty();
        }
    }

    @Test
    void aClientThatHalfClosesAtOnceStillGetsItsAnswer() throws Exception {
        int port = put("web", server("one").address());

        try (Socket client = connect(port)) {
            send(client, "question");
            client.shutdownOutput();

            assertThat(readAll(client)).isEqualTo("one>question");
        }
    }

    @Test
    void aSwitchSendsNewConnectionsToTheNewAddressAndLetsOldOnesFinish() throws Exception {
        int port = put("web", server("one").address());
        PlainServer two = server("two");
        try (Socket old = connect(port)) {
            assertThat(read(old, 4)).isEqualTo("one>");

            JsonNode switched = switchTo("web", two.address()).expect(200).json();

            assertThat(switched.path("backend").asText()).isEqualTo(two.address());
            assertThat(switched.path("leaving").asInt()).isEqualTo(1);
            try (Socket fresh = connect(port)) {
                assertThat(read(fresh, 4)).isEqualTo("two>");
            }
            assertThat(say(old, "still here", 10)).isEqualTo("still here");
        }
    }

    @Test
    void waitingForTheOldSideEndsWhenItsLastConnectionHasEndedWhateverTheNewSideHas() throws Exception {
        int port = put("web", server("one").address());
        Socket old = connect(port);
        read(old, 4);
        switchTo("web", server("two").address()).expect(200);
        try (Socket fresh = connect(port)) {
            read(fresh, 4);
            Api.get(daemon, "/v1/backends/web/idle?timeout=50ms").expect(504);
            CompletableFuture<Api> waiting =
                    Background.supply(() -> Api.get(daemon, "/v1/backends/web/idle?timeout=15s"));

            old.close();

            assertThat(waiting.get().expect(200).json().path("idle").asBoolean())
                    .isTrue();
            assertThat(say(fresh, "x", 1)).isEqualTo("x");
        }
    }

    @Test
    void aBackendAtItsOwnPublicAddressIsRefusedAndNothingIsOpened() throws Exception {
        int port = PlainServer.freePort();

        Api refused = put("web", "127.0.0.1:" + port, "localhost:" + port, "").expect(400);

        assertThat(refused.json().path("message").asText())
                .contains("every connection to localhost:" + port + " would come back to 127.0.0.1:" + port)
                .contains("name another port or address");
        assertThat(Api.get(daemon, "/v1/backends").json().path("backends")).isEmpty();
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    void aSwitchToItsOwnPublicAddressIsRefusedAndTheOldOneStays() throws Exception {
        PlainServer one = server("one");
        int port = put("web", one.address());

        assertThat(switchTo("web", "127.0.0.1:" + port)
                        .expect(400)
                        .json()
                        .path("message")
                        .asText())
                .contains("would come back to 127.0.0.1:" + port);
        put("web", "127.0.0.1:0", "0.0.0.0:" + port, "").expect(400);

        assertThat(backend("web").path("backend").asText()).isEqualTo(one.address());
        try (Socket client = connect(port)) {
            assertThat(read(client, 4)).isEqualTo("one>");
        }
    }

    @Test
    void aConnectionThatIsRefusedIsHeldUntilTheBackendAnswers() throws Exception {
        int address = PlainServer.freePort();
        int port = put("web", "127.0.0.1:" + address);
        try (Socket client = connect(port)) {
            send(client, "early");
            client.shutdownOutput();
            await().untilAsserted(() ->
                    assertThat(backend("web").path("held").asInt()).isEqualTo(1));
            assertThat(backend("web").path("reachable").asBoolean()).isFalse();

            closing(PlainServer.start("late", address));

            assertThat(readAll(client)).isEqualTo("late>early");
        }
        assertThat(backend("web").path("reachable").asBoolean()).isTrue();
    }

    @Test
    void whatStandsGoesOnWhileTheAddressRefuses() throws Exception {
        PlainServer one = server("one");
        int address = one.port();
        int port = put("web", one.address());
        try (Socket old = connect(port)) {
            read(old, 4);
            one.stopListening();
            try (Socket held = connect(port)) {
                await().untilAsserted(() ->
                        assertThat(backend("web").path("held").asInt()).isEqualTo(1));

                assertThat(say(old, "alive", 5)).isEqualTo("alive");
                closing(PlainServer.start("two", address));
                assertThat(read(held, 4)).isEqualTo("two>");
                assertThat(say(old, "alive", 5)).isEqualTo("alive");
            }
        }
    }

    @Test
    void whoIsHeldForAnAddressThatRefusesGoesToTheOneItIsSwitchedTo() throws Exception {
        int port = put("web", "127.0.0.1:" + PlainServer.freePort());
        try (Socket client = connect(port)) {
            await().untilAsserted(() ->
                    assertThat(backend("web").path("held").asInt()).isEqualTo(1));

            switchTo("web", server("good").address()).expect(200);

            assertThat(read(client, 5)).isEqualTo("good>");
        }
    }

    @Test
    void aSwitchToAnAddressThatRefusesDoesNotGoBackToTheOldOne() throws Exception {
        PlainServer one = server("one");
        int address = PlainServer.freePort();
        int port = put("web", one.address());
        switchTo("web", "127.0.0.1:" + address).expect(200);
        try (Socket client = connect(port)) {
            await().untilAsserted(() ->
                    assertThat(backend("web").path("held").asInt()).isEqualTo(1));
            closing(PlainServer.start("two", address));

            assertThat(read(client, 4)).isEqualTo("two>");
        }
        assertThat(one.accepted).hasValue(0);
    }

    @Test
    void theHoldOfARefusedConnectionEndsInAResetAndTheRouteStays() throws Exception {
        int address = PlainServer.freePort();
        int port = portOf(put("web", "127.0.0.1:0", "127.0.0.1:" + address, ",\"hold\":\"100ms\"")
                .expect(201)
                .json());
        try (Socket client = connect(port)) {
            send(client, "x");
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> read(client, 1));
        }
        closing(PlainServer.start("late", address));
        // So short a hold may end once more before the address is tried again.
        await().ignoreExceptionsInstanceOf(SocketException.class).untilAsserted(() -> {
            try (Socket client = connect(port)) {
                assertThat(read(client, 5)).isEqualTo("late>");
            }
        });
    }

    @Test
    void unixSocketsAreBackendsToo(@TempDir Path directory) throws Exception {
        PlainServer unix = closing(PlainServer.start("unix", directory.resolve("app.sock")));
        int port = put("web", "unix://" + directory.resolve("app.sock"));
        try (Socket client = connect(port)) {
            send(client, "question");
            client.shutdownOutput();
            assertThat(readAll(client)).isEqualTo("unix>question");
        }
        assertThat(backend("web").path("backend").asText()).isEqualTo(unix.address());
    }

    @Test
    void aRefusedUnixSocketIsWaitedForToo(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("later.sock");
        int port = put("web", "unix:" + path);
        try (Socket client = connect(port)) {
            send(client, "early");
            await().untilAsserted(() ->
                    assertThat(backend("web").path("held").asInt()).isEqualTo(1));
            closing(PlainServer.start("unix", path));

            assertThat(read(client, 10)).isEqualTo("unix>early");
        }
    }

    @Test
    void aBackendThatIsRemovedLeavesNoRouteAndItsConnectionsFinish() throws Exception {
        int port = put("web", server("one").address());
        try (Socket old = connect(port)) {
            read(old, 4);

            Api.call(daemon, "DELETE", "/v1/backends/web").expect(204);

            await().untilAsserted(() -> assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> connect(port).close()));
            assertThat(say(old, "alive", 5)).isEqualTo("alive");
        }
        assertThat(Api.get(daemon, "/v1/backends").json().path("backends")).isEmpty();
        Api.call(daemon, "DELETE", "/v1/backends/web").expect(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:PORT", "unix:DIRECTORY/again.sock"})
    void whatWasRemovedCanBePutAgainAtOnce(String place, @TempDir Path directory) throws Exception {
        String listen = place.replace("PORT", String.valueOf(PlainServer.freePort()))
                .replace("DIRECTORY", directory.toString());
        String address = server("one").address();
        for (int round = 0; round < 20; round++) {
            put("web", listen, address, "").expect(201);
            Api.call(daemon, "DELETE", "/v1/backends/web").expect(204);
        }
        await().untilAsserted(() -> assertThat(directory).isEmptyDirectory());
    }

    @Test
    void puttingAgainChangesTheAddressAndNothingElse() throws Exception {
        PlainServer one = server("one");
        JsonNode first =
                put("web", "127.0.0.1:0", one.address(), "").expect(201).json();
        assertThat(put("web", "127.0.0.1:0", one.address(), "")
                        .expect(200)
                        .json()
                        .path("session"))
                .isEqualTo(first.path("session"));

        put("web", "127.0.0.1:0", server("two").address(), "").expect(200);

        try (Socket client = connect(portOf(first))) {
            assertThat(read(client, 4)).isEqualTo("two>");
        }
        assertThat(put("web", "127.0.0.1:1", one.address(), "").expect(409).code())
                .isEqualTo("NAME_OWNED");
    }

    @Test
    void pauseAndWaitIdleWorkAsForEveryService() throws Exception {
        int port = put("web", server("one").address());
        Api.post(daemon, "/v1/services/web/pause", "{}").expect(200);
        Api.get(daemon, "/v1/services/web/idle?timeout=15s").expect(200);
        try (Socket client = connect(port)) {
            await().untilAsserted(() ->
                    assertThat(backend("web").path("held").asInt()).isEqualTo(1));

            Api.call(daemon, "POST", "/v1/services/web/resume").expect(200);

            assertThat(read(client, 4)).isEqualTo("one>");
        }
    }

    @Test
    void aClientThatLeavesWhileItsBackendRefusesIsForgotten() throws Exception {
        int port = put("web", "127.0.0.1:" + PlainServer.freePort());
        Socket client = connect(port);
        await().untilAsserted(
                        () -> assertThat(backend("web").path("held").asInt()).isEqualTo(1));

        client.close();

        await().untilAsserted(
                        () -> assertThat(backend("web").path("held").asInt()).isZero());
    }

    @Test
    void aPortThatAnotherProgramHoldsLeavesNothingHalfMade() throws Exception {
        try (ServerSocket other = new ServerSocket(0)) {
            Api refused = put("web", String.valueOf(other.getLocalPort()), "127.0.0.1:1", "");

            assertThat(refused.expect(409).code()).isEqualTo("PORT_IN_USE");
        }
        assertThat(Api.get(daemon, "/v1/backends").json().path("backends")).isEmpty();
        assertThat(Api.get(daemon, "/v1/services").json().path("services")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "8080, nonsense, BAD_ADDRESS",
        "8080, localhost:0, BAD_ADDRESS",
        "8080, localhost:99999, BAD_ADDRESS",
        "8080, ::1:80, BAD_ADDRESS",
        "8080, unix:relative, BAD_ADDRESS",
        "8080, http://localhost:1, BAD_ADDRESS",
        "8080, no.such.host.invalid:1, BAD_REQUEST",
        "99999, localhost:1, BAD_REQUEST",
        "::1:80, localhost:1, BAD_REQUEST",
        "eight, localhost:1, BAD_REQUEST"
    })
    void anAddressThatDoesNotParseIsRefusedWithTheRemedy(String listen, String backend, String code) throws Exception {
        Api refused = put("web", listen, backend, "").expect(400);

        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.json().path("message").asText()).containsAnyOf(";", "use ");
        assertThat(Api.get(daemon, "/v1/backends").json().path("backends")).isEmpty();
    }

    @Test
    void aSwitchToAnAddressThatDoesNotParseChangesNothing() throws Exception {
        int port = put("web", server("one").address());

        assertThat(switchTo("web", "nonsense").expect(400).code()).isEqualTo("BAD_ADDRESS");
        assertThat(switchTo("other", "localhost:1").expect(404).code()).isEqualTo("UNKNOWN_BACKEND");

        try (Socket client = connect(port)) {
            assertThat(read(client, 4)).isEqualTo("one>");
        }
    }

    @Test
    void aBackendThatAnOperatorDrainsIsForgotten() throws Exception {
        put("web", server("one").address());

        Api.post(daemon, "/v1/services/web/drain", "{}").expect(200);

        await().untilAsserted(
                        () -> assertThat(Api.get(daemon, "/v1/backends").json().path("backends"))
                                .isEmpty());
    }

    @Test
    void connectionsAreResetWhenTheDaemonsGraceIsOver() throws Exception {
        int port = put("web", server("one").address());
        try (Socket client = connect(port)) {
            read(client, 4);

            daemon.daemon().stop();

            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> read(client, 1));
        }
    }

    @Test
    void aMillionBytesPassEachWayWhateverTheirPieces() throws Exception {
        int port = put("web", server("one").address());
        String text = "0123456789".repeat(100_000);
        try (Socket client = connect(port)) {
            CompletableFuture<Void> sending = Background.supply(() -> {
                send(client, text);
                client.shutdownOutput();
                return null;
            });

            assertThat(readAll(client)).isEqualTo("one>" + text);
            sending.get();
        }
    }

    @Test
    void theSmallSwitchAnswersAsTheSwitchingProxyDid() throws Exception {
        PlainServer one = server("one");
        PlainServer two = server("two");
        int door = PlainServer.freePort();
        int port = portOf(put("web", "127.0.0.1:0", one.address(), ",\"switchPort\":" + door)
                .expect(201)
                .json());

        Api current = door(door, "GET", "/current", "");
        assertThat(current.expect(200).body()).isEqualTo(one.address() + "\n");
        assertThat(current.has("content-type: text/plain; charset=utf-8")).isTrue();
        assertThat(door(door, "GET", "/switch?backend=" + two.address(), "")
                        .expect(200)
                        .body())
                .isEqualTo(two.address() + "\n");
        try (Socket client = connect(port)) {
            assertThat(read(client, 4)).isEqualTo("two>");
        }
        assertThat(door(door, "GET", "/switch", "").expect(400).body())
                .isEqualTo("error: missing 'backend' parameter\n");
        assertThat(door(door, "GET", "/switch?backend=x", "").expect(400).body())
                .startsWith("error: 'x' is not");
        door(door, "GET", "/v1/status", "").expect(404);
        door(door, "GET", "/switch?backend=" + one.address(), "Sec-Fetch-Site: cross-site\r\n")
                .expect(403);
        assertThat(door(door, "GET", "/current", "").body()).isEqualTo(two.address() + "\n");
    }

    @Test
    void aSwitchPortThatIsTakenLeavesNothingHalfMade() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Api refused = put("web", "127.0.0.1:0", "127.0.0.1:1", ",\"switchPort\":" + other.getLocalPort());

            assertThat(refused.expect(409).code()).isEqualTo("PORT_IN_USE");
        }
        assertThat(Api.get(daemon, "/v1/backends").json().path("backends")).isEmpty();
        assertThat(Api.get(daemon, "/v1/services").json().path("services")).isEmpty();
    }

    private static Api door(int port, String method, String target, String headers) throws IOException {
        try (Socket socket = connect(port)) {
            send(socket, Api.request(method, target, headers, ""));
            return Api.read(readAll(socket));
        }
    }
}
