package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.readAll;
import static io.socketmaster.server.daemon.RunningDaemon.readUntil;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static io.socketmaster.server.daemon.ScriptedService.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control API over real sockets: what it tells, whom it lets in, and what it says to bad input. */
class ApiContractTest {
    private RunningDaemon daemon;
    private int port;

    @BeforeEach
    void start() throws IOException {
        daemon = RunningDaemon.start();
        port = daemon.register(SocketDefinition.http(0, "/a"), http("a"))
                .expectOk()
                .boundPort();
        await().until(() ->
                only("/v1/services", "services").path("state").asText().equals("serving"));
    }

    @AfterEach
    void stop() throws Exception {
        daemon.close();
    }

    private JsonNode only(String target, String list) throws IOException {
        JsonNode all = Api.get(daemon, target).expect(200).json().path(list);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private String name() {
        return "http:" + port + ":/a";
    }

    private String encoded() {
        return "http:" + port + ":%2Fa";
    }

    // --- what it tells

    @Test
    void statusTellsOfTheDaemon() throws Exception {
        JsonNode status = Api.get(daemon, "/v1/status").expect(200).json();

        assertThat(status.path("services").asInt()).isEqualTo(1);
        assertThat(status.path("servingServices").asInt()).isEqualTo(1);
        assertThat(status.path("sessions").asInt()).isEqualTo(1);
        assertThat(status.path("heldLimit").asInt()).isEqualTo(8192);
        assertThat(status.path("uptimeMillis").asLong()).isPositive();
        assertThat(status.path("paused").isNull()).isTrue();
        assertThat(status.has("version")).isTrue();
    }

    @Test
    void routesServicesAndSessionsAreListed() throws Exception {
        JsonNode route = only("/v1/routes", "routes");
        assertThat(route.path("kind").asText()).isEqualTo("http");
        assertThat(route.path("address").asText()).isEqualTo("*:" + port);
        assertThat(route.path("path").asText()).isEqualTo("/a");
        assertThat(route.path("service").asText()).isEqualTo(name());

        JsonNode service = only("/v1/services", "services");
        assertThat(service.path("name").asText()).isEqualTo(name());
        assertThat(service.at("/generations/0/state").asText()).isEqualTo("ready");
        assertThat(service.at("/generations/0/policy").asText()).isEqualTo("replace");

        JsonNode session = only("/v1/sessions", "sessions");
        assertThat(session.path("id").asText()).isEqualTo("s1");
        assertThat(session.path("peer").asText()).startsWith("127.0.0.1:");
        assertThat(Api.get(daemon, "/v1/sessions/s1")
                        .expect(200)
                        .json()
                        .path("service")
                        .asText())
                .isEqualTo(name());
    }

    @Test
    void aServiceIsFoundByItsPercentEncodedNameInThePathOrAsAParameter() throws Exception {
        assertThat(only("/v1/services/" + encoded(), "services").path("name").asText())
                .isEqualTo(name());
        assertThat(only("/v1/services?name=" + name(), "services").path("name").asText())
                .isEqualTo(name());
        Api.call(daemon, "POST", "/v1/services/" + encoded() + "/pause").expect(200);
        JsonNode paused = only("/v1/services", "services").path("paused");
        assertThat(paused.path("mode").asText()).isEqualTo("hold");
        assertThat(paused.path("everywhere").asBoolean()).isFalse();
        Api.call(daemon, "POST", "/v1/resume?name=" + encoded()).expect(200);
        assertThat(only("/v1/services", "services").path("paused").isNull()).isTrue();
    }

    @Test
    void anAbsentServiceTellsHowLongItsReturnIsAwaited() throws Exception {
        ScriptedService leaving = daemon.register(
                        SocketDefinition.http(port, "/b"), Options.named("leaving"), http("b"))
                .expectOk();
        leaving.close();

        await().untilAsserted(() -> {
            JsonNode service = only("/v1/services/leaving", "services");
            assertThat(service.path("state").asText()).isEqualTo("absent");
            assertThat(service.path("expiresInMillis").asLong()).isBetween(1L, 30_000L);
        });
    }

    @Test
    void oneConnectionCarriesManyRequestsOneAfterTheOther() throws Exception {
        String request = "GET /paused HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Socket client = connect(daemon.control().getPort())) {
            send(client, request.repeat(20));

            for (int i = 0; i < 20; i++) {
                assertThat(readUntil(client.getInputStream(), "}")).startsWith("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void aClientThatEndsItsSideBehindItsRequestGetsTheAnswer() throws Exception {
        try (Socket client = connect(daemon.control().getPort())) {
            send(client, "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
            client.shutdownOutput();

            Api.read(readAll(client)).expect(200);
        }
    }

    @Test
    void theUnixSocketSpeaksIt(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("c.sock");
        try (RunningDaemon other = RunningDaemon.start(settings -> settings.withUnixSocket(Optional.of(path)));
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThat(other.control().getPort()).isPositive();
            client.connect(UnixDomainSocketAddress.of(path));
            client.write(
                    ByteBuffer.wrap(Api.request("GET", "/v1/status", "", "").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
            while (client.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }

            Api.read(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8))
                    .expect(200);
        }
    }

    // --- events

    @Test
    void eventsAreFollowedLineByLine() throws Exception {
        try (Socket client = connect(daemon.control().getPort())) {
            send(client, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(readUntil(client.getInputStream(), "\"event\":\"following\"}\n"))
                    .startsWith("HTTP/1.1 200 OK")
                    .containsIgnoringCase("content-type: application/x-ndjson");

            Api.post(daemon, "/v1/pause", "{\"ttl\":\"60s\",\"reason\":\"why\"}")
                    .expect(200);

            assertThat(readUntil(client.getInputStream(), "}\n"))
                    .contains(
                            "\"event\":\"paused\",\"service\":\"*\",\"mode\":\"hold\",\"ttlMillis\":60000,\"reason\":\"why\"");
            Api.call(daemon, "POST", "/v1/resume").expect(200);
            assertThat(readUntil(client.getInputStream(), "}\n")).contains("\"event\":\"resumed\"");
            daemon.register(SocketDefinition.http(port, "/a"), http("b")).expectOk();
            assertThat(readUntil(client.getInputStream(), "\"event\":\"swapped\""))
                    .contains("\"event\":\"registered\"");
        }
    }

    // --- a page in a browser

    /** What a browser adds by itself to what a page at another origin, or one with a name of its own, makes it send. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a name that was made to resolve here     | POST | /v1/pause  | evil.example:9999 |                                   | | 403 | FOREIGN_HOST",
                "the same, reading                        | GET  | /v1/status | evil.example:9999 |                                   | | 403 | FOREIGN_HOST",
                "a name that begins like a loopback one   | GET  | /v1/status | localhost.evil.example |                              | | 403 | FOREIGN_HOST",
                "an address that is not ours              | GET  | /v1/status | 192.0.2.1         |                                   | | 403 | FOREIGN_HOST",
                "a number that some resolvers understand  | GET  | /v1/status | 2130706433        |                                   | | 403 | FOREIGN_HOST",
                "fetch from another origin                | POST | /v1/pause  | localhost:9999    | Origin: https://evil.example      | | 403 | FOREIGN_ORIGIN",
                "a page on another port of this machine   | POST | /v1/pause  | localhost:9999    | Origin: http://localhost:3000     | | 403 | FOREIGN_ORIGIN",
                "the same port by another scheme          | POST | /v1/pause  | localhost:9999    | Origin: https://localhost:9999    | | 403 | FOREIGN_ORIGIN",
                "a sandboxed frame, or a file             | POST | /v1/pause  | localhost:9999    | Origin: null                      | | 403 | FOREIGN_ORIGIN",
                "reading from another origin              | GET  | /v1/status | localhost:9999    | Origin: https://evil.example      | | 403 | FOREIGN_ORIGIN",
                "a preflight                              | OPTIONS | /v1/pause | localhost:9999  | Origin: https://evil.example      | | 403 | FOREIGN_ORIGIN",
                "an image or a link, without an origin    | GET  | /v1/status | localhost:9999    | Sec-Fetch-Site: cross-site        | | 403 | FOREIGN_ORIGIN",
                "a page on a sibling name                 | GET  | /v1/status | localhost:9999    | Sec-Fetch-Site: same-site         | | 403 | FOREIGN_ORIGIN",
                "a form                                   | POST | /v1/pause  | localhost:9999    | Content-Type: application/x-www-form-urlencoded | mode=hold | 415 | WRONG_CONTENT_TYPE",
                "a form without fields                    | POST | /v1/pause  | localhost:9999    | Content-Type: application/x-www-form-urlencoded | | 415 | WRONG_CONTENT_TYPE",
                "a form that sends JSON as text           | POST | /v1/pause  | localhost:9999    | Content-Type: text/plain          | {\"mode\":\"hold\"} | 415 | WRONG_CONTENT_TYPE",
                "a form with a file                       | POST | /v1/pause  | localhost:9999    | Content-Type: multipart/form-data; boundary=x | --x-- | 415 | WRONG_CONTENT_TYPE",
                "a beacon without a type                  | POST | /v1/pause  | localhost:9999    |                                   | {\"mode\":\"hold\"} | 415 | WRONG_CONTENT_TYPE",
                "a link that pauses                       | GET  | /v1/pause  | localhost:9999    |                                   | | 405 | WRONG_METHOD",
                "a form on TCPause's path                 | POST | /paused    | localhost:9999    |                                   | | 405 | WRONG_METHOD",
                "TCPause's path from another origin       | PUT  | /paused    | localhost:9999    | Origin: https://evil.example      | | 403 | FOREIGN_ORIGIN"
            })
    void aPageInABrowserChangesNothing(
            String attack,
            String method,
            String target,
            String host,
            String header,
            String body,
            int status,
            String code)
            throws Exception {
        String text = body == null ? "" : body;
        Api answer = Api.send(
                daemon,
                method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                        + (header == null ? "" : header + "\r\n") + "Content-Length: " + text.length() + "\r\n\r\n"
                        + text);

        answer.expect(status);
        assertThat(answer.code()).as(attack).isEqualTo(code);
        assertThat(answer.head()).doesNotContainIgnoringCase("access-control-allow");
        assertThat(Api.get(daemon, "/paused").body()).isEqualTo("{\"paused\": false}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:9999",
                "127.0.0.1",
                "127.0.0.1:1",
                "127.8.8.8:80",
                "[::1]",
                "[::1]:9999",
                "localhost:9999\r\nOrigin: http://localhost:9999",
                "localhost\r\nSec-Fetch-Site: same-origin",
                "localhost\r\nSec-Fetch-Site: none"
            })
    void aScriptNeedsNoSpecialHeader(String host) throws Exception {
        Api.send(daemon, "GET /v1/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .expect(200);
    }

    // --- bad input

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | /v1/services/nobody             |                                 | 404 | UNKNOWN_SERVICE   | nobody",
                "POST   | /v1/services/nobody/pause       |                                 | 404 | UNKNOWN_SERVICE   | GET /v1/services",
                "POST   | /v1/pause?name=nobody           | {}                              | 404 | UNKNOWN_SERVICE   | nobody",
                "POST   | /v1/resume?name=nobody          |                                 | 404 | UNKNOWN_SERVICE   | nobody",
                "POST   | /v1/services/nobody/drain       |                                 | 404 | UNKNOWN_SERVICE   | nobody",
                "GET    | /v1/services/nobody/idle        |                                 | 404 | UNKNOWN_SERVICE   | nobody",
                "POST   | /v1/drain                       |                                 | 400 | NAME_MISSING      | ?name=",
                "POST   | /v1/sessions/s99/drain          |                                 | 404 | UNKNOWN_SESSION   | s99",
                "GET    | /v1/sessions/s99                |                                 | 404 | UNKNOWN_SESSION   | s99",
                "POST   | /v1/pause                       | {\"ttl\":\"3x\"}                | 400 | BAD_DURATION      | write 500ms",
                "POST   | /v1/pause                       | {\"ttl\":\"\"}                  | 400 | BAD_DURATION      | ttl ''",
                "POST   | /v1/pause                       | {\"ttl\":\"-3s\"}               | 400 | BAD_DURATION      | not a duration",
                "POST   | /v1/pause                       | {\"ttl\":\"PT-3S\"}             | 400 | BAD_DURATION      | not between",
                "POST   | /v1/pause                       | {\"ttl\":\"P999999D\"}          | 400 | BAD_DURATION      | a year",
                "POST   | /v1/pause                       | {\"ttl\":\"PT99999999999999H\"} | 400 | BAD_DURATION      | ttl",
                "POST   | /v1/pause                       | {\"ttl\":\"0s\"}                | 400 | BAD_FIELD         | longer than 0s",
                "POST   | /v1/pause                       | {\"ttl\":30}                    | 400 | BAD_FIELD         | string",
                "POST   | /v1/pause                       | {\"mode\":\"stop\"}             | 400 | BAD_FIELD         | hold, reject",
                "POST   | /v1/pause                       | {\"replace\":\"yes\"}           | 400 | BAD_FIELD         | true or false",
                "POST   | /v1/pause                       | {\"reason\":\"a\\nb\"}          | 400 | BAD_FIELD         | one line",
                "POST   | /v1/pause                       | {\"time\":\"3s\"}               | 400 | UNKNOWN_FIELD     | mode, reason, replace, ttl",
                "POST   | /v1/pause                       | {\"mode\":                      | 400 | BAD_JSON          | not JSON",
                "POST   | /v1/pause                       | {                               | 400 | BAD_JSON          | at line 1, column 2",
                "POST   | /v1/pause                       | ttl=5s                          | 400 | BAD_JSON          | , at line 1",
                "POST   | /v1/pause                       | {\"mode\":\"hold\",\"mode\":\"reject\"} | 400 | BAD_JSON  | not JSON",
                "POST   | /v1/pause                       | {} {}                           | 400 | BAD_JSON          | token, at line 1",
                "POST   | /v1/pause                       | []                              | 400 | BAD_JSON          | not a JSON object",
                "POST   | /v1/pause                       | {\"ttl\":[[[[[[1]]]]]]}         | 400 | BAD_JSON          | not JSON",
                "POST   | /v1/services/nobody/drain       | {\"deadline\":\"soon\"}         | 400 | BAD_DURATION      | deadline",
                "GET    | /v1/idle?timeout=soon           |                                 | 400 | BAD_DURATION      | timeout",
                "GET    | /v1/idle?timeout=2h             |                                 | 400 | BAD_DURATION      | 1h",
                "GET    | /v1/idle?timeout=1s&timeout=2s  |                                 | 400 | BAD_TARGET        | twice",
                "GET    | /v1/idle?patience=1s            |                                 | 400 | UNKNOWN_PARAMETER | patience",
                "GET    | /v1/services/%zz                |                                 | 400 | BAD_TARGET        | hexadecimal",
                "GET    | /v1/services/%f                 |                                 | 400 | BAD_TARGET        | hexadecimal",
                "GET    | /v1/services/%ff                |                                 | 400 | BAD_TARGET        | UTF-8",
                "GET    | http://localhost/v1/status      |                                 | 400 | BAD_TARGET        | path",
                "POST   | /v1/resume                      | {}                              | 400 | UNEXPECTED_BODY   | takes no body",
                "GET    | /v1/status                      | {}                              | 400 | UNEXPECTED_BODY   | takes no body",
                "PUT    | /paused                         | {}                              | 400 | UNEXPECTED_BODY   | takes no body",
                "DELETE | /paused                         | {}                              | 400 | UNEXPECTED_BODY   | takes no body",
                "GET    | /                               |                                 | 404 | UNKNOWN_PATH      | /v1/status",
                "GET    | /v2/status                      |                                 | 404 | UNKNOWN_PATH      | /v1/status",
                "GET    | /v1/status/                     |                                 | 404 | UNKNOWN_PATH      | /v1/status",
                "PATCH  | /paused                         |                                 | 405 | WRONG_METHOD      | DELETE, GET, HEAD, PUT",
                "DELETE | /v1/services/nobody             |                                 | 405 | WRONG_METHOD      | GET, HEAD"
            })
    void badInputIsAClearJsonErrorAndNothingIsChanged(
            String method, String target, String body, int status, String code, String words) throws Exception {
        String text = body == null ? "" : body;
        Api answer = Api.send(
                daemon, Api.request(method, target, text.isEmpty() ? "" : "Content-Type: application/json\r\n", text));

        answer.expect(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().path("message").asText()).contains(words).doesNotContain("Feature", "REDACTED");
        assertThat(answer.has("Content-Type: application/json")).isTrue();
        assertThat(answer.head().contains("\r\nallow: ") || answer.head().contains("\r\nAllow: "))
                .isEqualTo(status == 405);
        assertThat(Api.get(daemon, "/paused").body()).isEqualTo("{\"paused\": false}");
        assertThat(only("/v1/services", "services").at("/generations/0/state").asText())
                .isEqualTo("ready");
    }

    @ParameterizedTest
    @CsvSource({"/v1/status", "/v1/services/nobody", "/v1/services?name=a&name=b", "/v1/backends", "/v1/idle", "/paused"
    })
    void headIsTheHeadOfWhatGetGives(String target) throws Exception {
        Api get = Api.get(daemon, target);

        Api head = Api.call(daemon, "HEAD", target);

        assertThat(head.head()).isEqualTo(get.head());
        assertThat(head.body()).isEmpty();
    }

    @Test
    void headOfTheEventsDoesNotFollowThem() throws Exception {
        Api head = Api.call(daemon, "HEAD", "/v1/events").expect(200);

        assertThat(head.has("Content-Type: application/x-ndjson")).isTrue();
        assertThat(head.body()).isEmpty();
    }

    @Test
    void behindAHeadTheNextRequestOfTheConnectionIsAnswered() throws Exception {
        String status = "/v1/routes HTTP/1.1\r\nHost: localhost\r\n";
        Api first = Api.send(daemon, "HEAD " + status + "\r\n" + "GET " + status + "Connection: close\r\n\r\n")
                .expect(200);

        assertThat(Api.read(first.body()).expect(200).json().path("routes")).hasSize(1);
    }

    @Test
    void aSecondPauseIsAConflictUnlessItReplacesTheFirst() throws Exception {
        for (String place : List.of("/v1/pause", "/v1/services/" + encoded() + "/pause")) {
            Api.post(daemon, place, "{\"ttl\":\"1h\",\"reason\":\"first\"}").expect(200);

            Api second = Api.post(daemon, place, "{\"mode\":\"reject\",\"reason\":\"second\"}")
                    .expect(409);

            assertThat(second.code()).isEqualTo("ALREADY_PAUSED");
            assertThat(second.json().at("/paused/reason").asText()).isEqualTo("first");
            JsonNode replaced = Api.post(daemon, place, "{\"mode\":\"reject\",\"reason\":\"third\",\"replace\":true}")
                    .expect(200)
                    .json()
                    .path("paused");
            assertThat(replaced.path("mode").asText()).isEqualTo("reject");
            assertThat(replaced.path("reason").asText()).isEqualTo("third");
            assertThat(replaced.path("endsInMillis").isNull()).isTrue();
        }
    }

    @Test
    void resumingWhatIsNotPausedIsNoError() throws Exception {
        assertThat(Api.call(daemon, "POST", "/v1/resume")
                        .expect(200)
                        .json()
                        .path("resumed")
                        .asBoolean())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/status HTTP/1.1\\r\\n\\r\\n                                            | 400 | BAD_HOST",
                "GET /v1/status HTTP/1.1\\r\\nHost: localhost\\r\\nHost: localhost\\r\\n\\r\\n  | 400 | BAD_HOST",
                "GET /v1/status HTTP/1.1\\r\\nHost: local host\\r\\n\\r\\n                      | 400 | BAD_HOST",
                "GET /v1/status HTTP/1.1\\r\\nHost: localhost@evil\\r\\n\\r\\n                  | 400 | BAD_HOST",
                "hello\\r\\n\\r\\n                                                              | 400 | BAD_HTTP",
                "GET /v1/status HTTP/1.1\\r\\nHo st: x\\r\\n\\r\\n                              | 400 | BAD_HTTP",
                "POST /v1/pause HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: -1\\r\\n\\r\\n | 400 | BAD_HTTP"
            })
    void whatIsNoHttpIsRefusedAndClosed(String raw, int status, String code) throws Exception {
        Api answer = Api.send(daemon, raw.replace("\\r\\n", "\r\n").replace("Connection", "X"));

        answer.expect(status);
        assertThat(answer.code()).isEqualTo(code);
    }

    @Test
    void whatIsTooLongIsRefusedAndClosed() throws Exception {
        assertThat(Api.send(daemon, "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .expect(414)
                        .code())
                .isEqualTo("TARGET_TOO_LONG");
        assertThat(Api.send(daemon, Api.request("GET", "/v1/status", "X: " + "x".repeat(9_000) + "\r\n", ""))
                        .expect(431)
                        .code())
                .isEqualTo("HEAD_TOO_LONG");
        assertThat(Api.post(daemon, "/v1/pause", "{\"reason\":\"" + "x".repeat(65_536) + "\"}")
                        .expect(413)
                        .code())
                .isEqualTo("BODY_TOO_LONG");
    }

    // --- abuse

    @Test
    void clientsThatStallAndFloodHarmNoTraffic() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket client = connect(daemon.control().getPort());
                clients.add(client);
                // Half of them ask and never read, the others never finish their request.
                send(
                        client,
                        i % 2 == 0 ? "GET /v1/services HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200) : "GET /v1/st");
            }
            for (int i = 0; i < 50; i++) {
                assertThat(RunningDaemon.get(port, "x", "/a/" + i)).contains("a: GET /a/" + i);
            }
            daemon.register(SocketDefinition.http(port, "/b"), http("b")).expectOk();
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        await().untilAsserted(() -> Api.get(daemon, "/v1/status").expect(200));
    }

    @Test
    void tooManyConnectionsAreToldSoAndThoseThatWaitLeaveRoomForCommands() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 48; i++) {
                Socket client = connect(daemon.control().getPort());
                clients.add(client);
                send(client, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
                readUntil(client.getInputStream(), "following");
            }
            Api full = Api.get(daemon, "/v1/events").expect(503);
            assertThat(full.code()).isEqualTo("LIMIT");
            Api.get(daemon, "/v1/status").expect(200);
            for (int i = 48; i < 64; i++) {
                Socket client = connect(daemon.control().getPort());
                clients.add(client);
                send(client, "GET /paused HTTP/1.1\r\nHost: localhost\r\n\r\n");
                readUntil(client.getInputStream(), "}");
            }
            // A connection that was closed a moment ago may still count.
            await().untilAsserted(() ->
                    assertThat(Api.get(daemon, "/v1/status").expect(503).code()).isEqualTo("LIMIT"));
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        await().untilAsserted(() -> Api.get(daemon, "/v1/status").expect(200));
    }

    @Test
    void aClientThatLeavesWhileItWaitsGivesItsPlaceBack() throws Exception {
        ScriptedService tcp = daemon.register(SocketDefinition.tcp(0), Options.named("tcp"), ScriptedService.echo())
                .expectOk();
        try (Socket busy = connect(tcp.boundPort())) {
            send(busy, "x");
            assertThat(RunningDaemon.read(busy, 1)).isEqualTo("x");
            for (int i = 0; i < 60; i++) {
                try (Socket waiting = connect(daemon.control().getPort())) {
                    send(waiting, "GET /paused/block-until-idle HTTP/1.1\r\nHost: localhost\r\n\r\n");
                }
            }
            await().untilAsserted(() -> Api.get(daemon, "/v1/idle?timeout=0s").expect(504));
        }
    }
}
