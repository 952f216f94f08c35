package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.PortSharingContractTest.tls;
import static io.socketmaster.server.daemon.PortSharingContractTest.tlsConnect;
import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.read;
import static io.socketmaster.server.daemon.RunningDaemon.readAll;
import static io.socketmaster.server.daemon.RunningDaemon.readUntil;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static io.socketmaster.server.daemon.ScriptedService.echo;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.Background;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract section 7, over the control API: pause, resume, drain, block until idle. */
class PauseContractTest {
    private static final String REQUEST = "GET /x HTTP/1.1\r\nHost: h.example\r\nConnection: close\r\n\r\n";

    private RunningDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = RunningDaemon.start();
    }

    @AfterEach
    void stop() throws Exception {
        daemon.close();
    }

    private int httpService(String name) {
        ScriptedService service = daemon.register(SocketDefinition.http(0, "/"), Options.named(name), http(name))
                .expectOk();
        awaitServing(name);
        return service.boundPort();
    }

    private void awaitServing(String name) {
        await().untilAsserted(() -> assertThat(Api.get(daemon, "/v1/services/" + name)
                        .json()
                        .at("/services/0/state")
                        .asText())
                .isEqualTo("serving"));
    }

    private int held() throws IOException {
        return Api.get(daemon, "/v1/status").json().path("held").asInt();
    }

    @Test
    void aPausedServiceHoldsNewRequestsUntilItIsResumed() throws Exception {
        int port = httpService("web");
        Api.post(daemon, "/v1/services/web/pause", "{\"reason\":\"deploy\"}").expect(200);
        try (Socket client = connect(port)) {
            send(client, REQUEST);
            await().until(() -> held() == 1);

            assertThat(Api.call(daemon, "POST", "/v1/services/web/resume")
                            .expect(200)
                            .json()
                            .path("resumed")
                            .asBoolean())
                    .isTrue();

            assertThat(readAll(client)).contains("web: GET /x ");
        }
    }

    @Test
    void aKeepAliveConnectionStaysOpenOverAPause() throws Exception {
        int port = httpService("web");
        try (Socket client = connect(port)) {
            String request = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n";
            send(client, request);
            assertThat(readUntil(client.getInputStream(), "HTTP/1.1\n")).contains(" 200 ");
            Api.call(daemon, "POST", "/v1/pause").expect(200);
            // An idle keep-alive connection is not in flight.
            Api.get(daemon, "/v1/idle?timeout=5s").expect(200);
            send(client, request);
            await().until(() -> held() == 1);
            // Neither is a request that is held.
            Api.get(daemon, "/v1/idle?timeout=5s").expect(200);
            Api.get(daemon, "/paused/block-until-idle").expect(204);
            Api.call(daemon, "POST", "/v1/resume").expect(200);

            assertThat(readUntil(client.getInputStream(), "HTTP/1.1\n")).contains(" 200 ");
        }
    }

    @Test
    void aPauseThatRejectsAnswersAWhole503WithRetryAfterOverTlsToo() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("h.example");
        int clear = httpService("clear");
        ScriptedService https = daemon.register(
                        tls(SocketDefinition.http(0, "/").withDomain("h.example"), certificate), http("https"))
                .expectOk();
        Api.post(daemon, "/v1/pause", "{\"mode\":\"reject\",\"ttl\":\"1h\",\"reason\":\"migration\"}")
                .expect(200);

        try (Socket client = connect(clear);
                SSLSocket tlsClient = tlsConnect(https.boundPort(), "h.example")) {
            send(client, REQUEST);
            String answer = readAll(client);
            assertThat(answer).startsWith("HTTP/1.1 503 ").contains("is paused with all others (migration)");
            assertThat(answer).containsIgnoringCase("\r\nretry-after: 3600\r\n");
            tlsClient.startHandshake();
            send(tlsClient, REQUEST);
            assertThat(readAll(tlsClient))
                    .startsWith("HTTP/1.1 503 ")
                    .containsIgnoringCase("\r\nretry-after: ")
                    .endsWith("Ask again in 3600 s.\n");
        }
    }

    @Test
    void aPauseThatRejectsResetsTcpAndLeavesOpenConnectionsAlone() throws Exception {
        ScriptedService service = daemon.register(SocketDefinition.tcp(0), Options.named("tcp"), echo())
                .expectOk();
        try (Socket open = connect(service.boundPort())) {
            send(open, "one");
            assertThat(read(open, 3)).isEqualTo("one");
            Api.post(daemon, "/v1/services/tcp/pause", "{\"mode\":\"reject\"}").expect(200);
            try (Socket refused = connect(service.boundPort())) {
                assertThatExceptionOfType(SocketException.class).isThrownBy(() -> {
                    send(refused, "hello");
                    readAll(refused);
                });
            }
            send(open, "two");
            assertThat(read(open, 3)).isEqualTo("two");

            Api notIdle = Api.get(daemon, "/v1/services/tcp/idle?timeout=100ms").expect(504);
            assertThat(notIdle.code()).isEqualTo("NOT_IDLE");
            assertThat(notIdle.json().path("inFlight").asInt()).isEqualTo(1);
        }
    }

    @Test
    void idleIsToldWhenTheLastConnectionEnds() throws Exception {
        ScriptedService service = daemon.register(SocketDefinition.tcp(0), Options.named("tcp"), echo())
                .expectOk();
        CompletableFuture<Api> idle;
        try (Socket open = connect(service.boundPort())) {
            send(open, "one");
            assertThat(read(open, 3)).isEqualTo("one");
            idle = Background.supply(() -> {
                try {
                    return Api.get(daemon, "/v1/idle?name=tcp&timeout=15s");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            Api.get(daemon, "/v1/idle?timeout=50ms").expect(504);
            assertThat(idle).isNotDone();
        }
        assertThat(idle.join().expect(200).json().path("idle").asBoolean()).isTrue();
    }

    @Test
    void aPauseOfEverythingCoversWhatRegistersLater() throws Exception {
        Api.call(daemon, "POST", "/v1/pause").expect(200);
        int port = httpService("late");
        try (Socket client = connect(port)) {
            send(client, REQUEST);
            await().until(() -> held() == 1);
            Api.call(daemon, "POST", "/v1/resume").expect(200);

            assertThat(readAll(client)).contains("late: GET /x ");
        }
    }

    @Test
    void aPauseEndsByItself() throws Exception {
        int port = httpService("web");
        Api.post(daemon, "/v1/services/web/pause", "{\"ttl\":\"300ms\"}").expect(200);
        try (Socket client = connect(port)) {
            send(client, REQUEST);

            assertThat(readAll(client)).contains("web: GET /x ");
        }
        assertThat(Api.get(daemon, "/v1/services/web")
                        .json()
                        .at("/services/0/paused")
                        .isNull())
                .isTrue();
    }

    @Test
    void tcpPausesScriptsWorkUnchanged() throws Exception {
        Api before = Api.get(daemon, "/paused").expect(200);
        assertThat(before.body()).isEqualTo("{\"paused\": false}");
        assertThat(before.has("Content-Type: application/json")).isTrue();

        Api put = Api.call(daemon, "PUT", "/paused").expect(201);
        assertThat(put.body()).isEmpty();
        assertThat(put.has("Content-Length: 0")).isTrue();
        Api.call(daemon, "PUT", "/paused").expect(201);
        assertThat(Api.get(daemon, "/paused").body()).isEqualTo("{\"paused\": true}");

        assertThat(Api.get(daemon, "/paused/block-until-idle").expect(204).body())
                .isEmpty();
        assertThat(Api.call(daemon, "DELETE", "/paused").expect(204).body()).isEmpty();
        Api.call(daemon, "DELETE", "/paused").expect(204);
        assertThat(Api.get(daemon, "/paused").body()).isEqualTo("{\"paused\": false}");
    }

    @Test
    void aDrainedSessionFinishesAndGetsNothingNew() throws Exception {
        ScriptedService service = daemon.register(SocketDefinition.tcp(0), Options.named("tcp"), echo())
                .expectOk();
        String id = Api.get(daemon, "/v1/sessions").json().at("/sessions/0/id").asText();
        try (Socket open = connect(service.boundPort())) {
            send(open, "one");
            assertThat(read(open, 3)).isEqualTo("one");

            Api drained = Api.post(daemon, "/v1/sessions/" + id + "/drain", "{\"deadline\":\"20s\"}")
                    .expect(200);
            assertThat(drained.json().at("/draining/0").asText()).isEqualTo(id);
            assertThat(Api.get(daemon, "/v1/sessions/" + id)
                            .expect(200)
                            .json()
                            .path("state")
                            .asText())
                    .isEqualTo("draining");
            send(open, "two");
            assertThat(read(open, 3)).isEqualTo("two");
            assertThat(Api.call(daemon, "POST", "/v1/services/tcp/drain")
                            .expect(409)
                            .code())
                    .isEqualTo("NOTHING_TO_DRAIN");
        }
    }
}
