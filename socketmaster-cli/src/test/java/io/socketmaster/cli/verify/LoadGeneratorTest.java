package io.socketmaster.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.cli.verify.LoadPlan.Method;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What becomes of requests, against a server that stalls, cuts and fails as it is told. */
class LoadGeneratorTest {
    private static final int RATE = 200;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static Tally load(String url, Method method, int connections, Duration timeout, Duration length)
            throws IOException {
        LoadPlan plan = new LoadPlan(Target.parse(url), method, List.of(), RATE, connections, false, timeout);
        try (LoadGenerator load = new LoadGenerator(plan)) {
            load.start();
            load.elapse(length).join();
            return load.finish().join();
        }
    }

    /** Probes first, as a verification does, so that every connection is a kept-alive one. */
    private static Tally loadAfterProbe(String url, Method method, int connections, Duration length)
            throws IOException {
        LoadPlan plan = new LoadPlan(Target.parse(url), method, List.of(), RATE, connections, false, TIMEOUT);
        try (LoadGenerator load = new LoadGenerator(plan)) {
            assertThat(load.probe().join().lostSoFar()).isZero();
            load.start();
            load.elapse(length).join();
            return load.finish().join();
        }
    }

    private static Tally load(ScriptedServer server) throws IOException {
        return load(server.url(), Method.GET, 4, TIMEOUT, Duration.ofMillis(300));
    }

    @Test
    void everyRequestThatWasSentIsCountedOnceAndReachedTheServer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write(ScriptedServer.OK))) {
            Tally tally = loadAfterProbe(server.url(), Method.GET, 4, Duration.ofMillis(500));

            assertThat(tally.sentSoFar()).isBetween(90L, 110L).isEqualTo(server.requests() - 4L);
            assertThat(tally.answeredSoFar()).isEqualTo(tally.sentSoFar());
            assertThat(tally.statuses()).containsOnly(Map.entry(200, tally.sentSoFar()));
            assertThat(tally.lostSoFar()).isZero();
            assertThat(tally.retriedSoFar()).isZero();
            assertThat(server.connections()).isEqualTo(4);
        }
    }

    @Test
    void aStallShowsUpAsWaitsAndNotAsFewerRequests() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            goOn.await(1, TimeUnit.SECONDS);
            goOn.countDown();
            exchange.write(ScriptedServer.OK);
        })) {
            Tally tally = load(server.url(), Method.GET, 2, TIMEOUT, Duration.ofMillis(1_500));

            assertThat(tally.sentSoFar()).isBetween(295L, 310L);
            assertThat(tally.answeredSoFar()).isEqualTo(tally.sentSoFar());
            assertThat(tally.longestNanos()).isBetween(900_000_000L, 1_500_000_000L);
            // Two thirds of the requests were due while two connections stood still.
            assertThat(tally.percentileMicros(50)).isGreaterThan(100_000);
        }
    }

    @Test
    void aBodyThatEndsEarlyIsATruncatedAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            exchange.write(
                    exchange.number() % 2 == 0
                            ? "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok"
                            : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n");
            exchange.close();
        })) {
            Tally tally = load(server);

            assertThat(tally.lossesOf(Loss.TRUNCATED)).isEqualTo(tally.sentSoFar());
            assertThat(tally.lostSoFar()).isEqualTo(server.requests());
        }
    }

    @Test
    void aResetWithinABodyThatOnlyTheConnectionEndsIsATruncatedAnswer() throws Exception {
        CountDownLatch headRead = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            exchange.write("HTTP/1.1 200 OK\r\n\r\nsome");
            headRead.await(50, TimeUnit.MILLISECONDS);
            exchange.reset();
        })) {
            Tally tally = load(server);

            assertThat(tally.lossesOf(Loss.TRUNCATED)).isEqualTo(tally.sentSoFar());
        }
    }

    @Test
    void halfAStatusLineIsATruncatedAnswerAndNotRepeated() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            if (exchange.numberOnConnection() == 1) {
                exchange.write(ScriptedServer.OK);
            } else {
                exchange.write("HTTP/1.");
                exchange.close();
            }
        })) {
            Tally tally = loadAfterProbe(server.url(), Method.GET, 2, Duration.ofMillis(300));

            assertThat(tally.lossesOf(Loss.TRUNCATED)).isPositive().isEqualTo(tally.lostSoFar());
            assertThat(tally.retriedSoFar()).isZero();
        }
    }

    @Test
    void whatIsNotHttpIsATruncatedAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"))) {
            Tally tally = load(server);

            assertThat(tally.lossesOf(Loss.TRUNCATED)).isEqualTo(tally.sentSoFar());
        }
    }

    @Test
    void anAnswerThatTheConnectionsEndCompletesIsAnswered() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            exchange.write("HTTP/1.1 200 OK\r\n\r\nall of it");
            exchange.close();
        })) {
            Tally tally = load(server);

            assertThat(tally.answeredSoFar()).isEqualTo(tally.sentSoFar()).isEqualTo(server.requests());
        }
    }

    @Test
    void informationalAnswersAreNotTheAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(
                exchange -> exchange.write("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ScriptedServer.OK))) {
            Tally tally = load(server);

            assertThat(tally.statuses()).containsOnlyKeys(200);
            assertThat(tally.answeredSoFar()).isEqualTo(tally.sentSoFar());
        }
    }

    @Test
    void aStatusOf500To599IsLostAndOneOf404IsAnswered() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write(
                exchange.number() % 2 == 0
                        ? "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))) {
            Tally tally = load(server);

            assertThat(tally.lossesOf(Loss.SERVER_ERROR)).isPositive().isEqualTo(tally.lostSoFar());
            assertThat(tally.statuses()).containsOnlyKeys(404);
            assertThat(tally.answeredSoFar() + tally.lostSoFar()).isEqualTo(tally.sentSoFar());
            assertThat(tally.firstLoss().orElseThrow().detail()).isEqualTo("503 Service Unavailable");
        }
    }

    @Test
    void aConnectionThatEndsBeforeItsFirstAnswerIsALoss() throws Exception {
        try (ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::close)) {
            Tally tally = load(server);

            assertThat(tally.lossesOf(Loss.CONNECTION)).isEqualTo(tally.sentSoFar());
            assertThat(tally.retriedSoFar()).isZero();
            assertThat(server.requests()).isEqualTo((int) tally.sentSoFar());
        }
    }

    @Test
    void aKeptAliveConnectionThatIsClosedBeforeAnyByteOfTheAnswerMeansARetry() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            if (exchange.numberOnConnection() == 5) {
                exchange.close();
            } else {
                exchange.write(ScriptedServer.OK);
            }
        })) {
            Tally tally = loadAfterProbe(server.url(), Method.GET, 2, Duration.ofMillis(500));

            assertThat(tally.retriedSoFar()).isPositive();
            assertThat(tally.lostSoFar()).isZero();
            assertThat(tally.answeredSoFar()).isEqualTo(tally.sentSoFar());
            assertThat((long) server.requests()).isEqualTo(2 + tally.sentSoFar() + tally.retriedSoFar());
        }
    }

    @Test
    void aPostIsNeverSentTwice() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            if (exchange.numberOnConnection() == 5) {
                exchange.reset();
            } else {
                exchange.write(ScriptedServer.OK);
            }
        })) {
            Tally tally = loadAfterProbe(server.url(), Method.POST, 2, Duration.ofMillis(500));

            assertThat(tally.retriedSoFar()).isZero();
            assertThat(tally.lossesOf(Loss.CONNECTION)).isPositive().isEqualTo(tally.lostSoFar());
            assertThat((long) server.requests()).isEqualTo(2 + tally.sentSoFar());
        }
    }

    @Test
    void aConnectionClosedWhileNothingIsUnderWayIsNoRetryAndNoLoss() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            exchange.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
            exchange.close();
        })) {
            Tally tally = load(server);

            assertThat(tally.answeredSoFar()).isEqualTo(tally.sentSoFar()).isEqualTo(server.connections());
            assertThat(tally.retriedSoFar()).isZero();
        }
    }

    @Test
    void aRequestWithoutAWholeAnswerInTimeIsLostWhetherItWasSentOrWaitedForAConnection() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.write("HTTP/1.1 200 OK\r\n"))) {
            Tally tally = load(server.url(), Method.GET, 2, Duration.ofMillis(300), Duration.ofMillis(700));

            assertThat(tally.lossesOf(Loss.TIMEOUT)).isEqualTo(tally.sentSoFar());
            assertThat(tally.sentSoFar()).isBetween(135L, 150L);
        }
    }

    @Test
    void aPortWhereNobodyListensIsALossForEachRequest() throws Exception {
        int port;
        try (ServerSocket placeholder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = placeholder.getLocalPort();
        }

        Tally tally = load("http://127.0.0.1:" + port + "/", Method.GET, 2, TIMEOUT, Duration.ofMillis(300));

        assertThat(tally.lossesOf(Loss.CONNECTION)).isEqualTo(tally.sentSoFar()).isPositive();
        assertThat(tally.firstLoss().orElseThrow().detail()).isEqualTo("could not connect: Connection refused");
    }

    @Test
    void theRequestIsWhatTheUrlAndTheOptionsSay() throws Exception {
        AtomicReference<String> head = new AtomicReference<>();
        try (ScriptedServer server = new ScriptedServer(exchange -> {
            head.set(exchange.head());
            exchange.write(ScriptedServer.OK);
        })) {
            LoadPlan plan = new LoadPlan(
                    Target.parse(server.url()),
                    Method.POST,
                    List.of(Map.entry("Host", "shop.example.com"), Map.entry("X-Key", "v")),
                    RATE,
                    1,
                    false,
                    TIMEOUT);
            try (LoadGenerator load = new LoadGenerator(plan)) {
                load.probe().join();
            }
        }

        assertThat(head.get())
                .startsWith("POST /path?q=1 HTTP/1.1\r\n")
                .containsIgnoringCase("\r\nhost: shop.example.com\r\n")
                .containsIgnoringCase("\r\nx-key: v\r\n")
                .containsIgnoringCase("\r\ncontent-length: 0\r\n")
                .doesNotContain("127.0.0.1");
    }
}
