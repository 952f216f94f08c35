package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.get;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.config.ConnectionLimits;
import java.io.IOException;
import java.net.Socket;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Contract section 10: nothing that one client does starves another's requests, with more connections than there is room for. */
class ConnectionLimitContractTest {
    /** A connection that has been answered is open on the daemon's side too. */
    private static Socket open(int port) throws IOException {
        Socket socket = connect(port);
        try {
            RunningDaemon.send(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(RunningDaemon.readUntil(socket.getInputStream(), "GET / HTTP/1.1\n"))
                    .startsWith("HTTP/1.1 200 ");
            return socket;
        } catch (IOException | AssertionError notServed) {
            socket.close();
            throw notServed;
        }
    }

    /** The daemon learns a little later than its client that a connection is closed, and counts it until then. */
    private static Socket openWhenOneHasLeft(int port) {
        return await().ignoreExceptions().until(() -> open(port), Objects::nonNull);
    }

    private static void expectReset(int port) {
        assertThatThrownBy(() -> {
                    try (Socket socket = connect(port)) {
                        if (socket.getInputStream().read() >= 0) {
                            throw new AssertionError("it was served");
                        }
                        throw new AssertionError("it ended cleanly");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void aPortThatIsFullResetsTheNextAndLeavesRoomOnOthersAndServesAgainWhenOneLeaves() throws Exception {
        try (RunningDaemon daemon =
                RunningDaemon.start(settings -> settings.withConnections(new ConnectionLimits(3, 2, 1)))) {
            int first = daemon.register(SocketDefinition.http(0, "/"), http("first"))
                    .expectOk()
                    .boundPort();
            int second = daemon.register(SocketDefinition.http(0, "/"), http("second"))
                    .expectOk()
                    .boundPort();
            try (Socket one = open(first);
                    Socket other = open(first)) {
                expectReset(first);
                assertThat(get(second, "x", "/")).contains("second: GET / ");
                try (Socket third = openWhenOneHasLeft(second)) {
                    expectReset(second);
                    assertThat(get(one, "x", "/")).contains("first: GET / ");
                }
                one.close();
                await().ignoreExceptions()
                        .untilAsserted(() -> assertThat(get(first, "x", "/")).contains("first: GET / "));
                assertThat(get(other, "x", "/")).contains("first: GET / ");
            }
        }
    }

    @Test
    void aConnectionToAPlainBackendTakesTheRoomOfAClient() throws Exception {
        try (PlainServer backend = PlainServer.start("one");
                RunningDaemon daemon =
                        RunningDaemon.start(settings -> settings.withConnections(new ConnectionLimits(2, 2, 1)))) {
            int port = proxy(daemon, backend.address());
            try (Socket served = connect(port)) {
                assertThat(RunningDaemon.read(served, 4)).isEqualTo("one>");
                expectReset(port);
            }
            await().ignoreExceptions().untilAsserted(() -> {
                try (Socket next = connect(port)) {
                    assertThat(RunningDaemon.read(next, 4)).isEqualTo("one>");
                }
            });
        }
    }

    private static int proxy(RunningDaemon daemon, String backend) throws IOException {
        String listening = Api.send(
                        daemon,
                        Api.request(
                                "PUT",
                                "/v1/backends/web",
                                "Content-Type: application/json\r\n",
                                "{\"listen\":\"127.0.0.1:0\",\"backend\":\"" + backend + "\"}"))
                .expect(201)
                .json()
                .path("listen")
                .asText();
        return Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
    }
}
