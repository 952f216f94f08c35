package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.netty.channel.Channel;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.server.relay.SessionDrained;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which streams of a service that asked for no stream header carry requests of several clients, and which never do. */
class SharedStreamsTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST_GET = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String POST = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    private static final String KEPT = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
    private static final String NOT_SAID = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private FrontHarness front;

    @BeforeEach
    void start() {
        front = front(100, Duration.ofSeconds(20), 64);
    }

    private static FrontHarness front(int requests, Duration idle, int shared) {
        FrontHarness front = new FrontHarness(new HttpSettings(
                HttpSettings.Limits.DEFAULTS,
                HttpSettings.Timeouts.DEFAULTS,
                HttpSettings.Replay.DEFAULTS,
                new HttpSettings.Reuse(requests, idle, shared),
                HttpSettings.Http2.DEFAULTS));
        front.upstream.anonymous = true;
        return front;
    }

    private void restart(int requests, Duration idle, int shared) {
        front.close();
        front = front(requests, idle, shared);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    /** A client of its own asks, and is answered by {@code service}. */
    private void ask(String request, RawPeer service, String answer) {
        RawPeer client = front.connect().send(request);
        answer(service, answer, client);
    }

    private static void answer(RawPeer service, String answer, RawPeer client) {
        service.readHead();
        service.send(answer);
        expectOk(client);
    }

    /** The same on a stream that has to be new. */
    private RawPeer askOnNewStream(String request, String answer) {
        RawPeer client = front.connect().send(request);
        RawPeer service = front.upstream.accept();
        answer(service, answer, client);
        return service;
    }

    /** A client asks on a stream that has to be new, and is asked who it is. */
    private RawPeer askAndBeChallenged(String challenge) {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 401 Unauthorized\r\nConnection: keep-alive\r\nContent-Length: 0\r\nWWW-Authenticate: "
                + challenge + "\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 401 ");
        return service;
    }

    private static void expectOk(RawPeer client) {
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
        assertThat(client.readText(2)).isEqualTo("ok");
    }

    @Test
    void clientsOfOneRequestEachFollowOneAnotherOnOneStream() {
        RawPeer service = askOnNewStream(LAST_GET, KEPT);
        for (int i = 0; i < 30; i++) {
            RawPeer client = front.connect().send(i % 2 == 0 ? LAST_GET : GET);
            assertThat(service.readHead()).contains("connection: keep-alive\r\n");
            service.send(KEPT);
            expectOk(client);
        }
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void atOnceEachHasAStreamOfItsOwnAndSoManyAreKept() {
        restart(100, Duration.ofSeconds(20), 2);
        List<RawPeer> clients = new ArrayList<>();
        List<RawPeer> streams = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(front.connect().send(LAST_GET));
            streams.add(front.upstream.accept());
            streams.get(i).readHead();
        }
        for (int i = 0; i < 3; i++) {
            streams.get(i).send(KEPT);
            expectOk(clients.get(i));
            assertThat(clients.get(i).readToEnd()).isEmpty();
        }
        assertThat(streams.get(2).readToEnd()).isEmpty();
        // The one that was used last is the next.
        ask(LAST_GET, streams.get(1), KEPT);
        assertThat(front.upstream.opened()).isEqualTo(3);
    }

    @Test
    void aServiceThatDoesNotSayThatItWaitsIsNotAskedAgainOnTheSameStream() {
        RawPeer service = askOnNewStream(LAST_GET, NOT_SAID);
        assertThat(service.readToEnd()).isEmpty();
        askOnNewStream(LAST_GET, KEPT);
    }

    @Test
    void aRequestThatMustNotRunTwiceOrHasABodyIsOnNobodysStream() {
        RawPeer kept = askOnNewStream(GET, KEPT);
        RawPeer client = front.connect().send(POST);
        RawPeer own = front.upstream.accept();
        assertThat(own.readHead()).contains("connection: close\r\n");
        assertThat(own.readText(2)).isEqualTo("hi");
        own.send(KEPT);
        expectOk(client);
        assertThat(own.readToEnd()).isEmpty();
        ask(GET, kept, KEPT);
    }

    @Test
    void whatAServiceSaysUnaskedReachesNobodyAndEndsTheStream() {
        RawPeer service = askOnNewStream(LAST_GET, KEPT);
        service.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        service.readToReset();
        askOnNewStream(LAST_GET, KEPT);
    }

    @Test
    void anAnswerWithMoreThanItSaidReachesNobodyElse() {
        RawPeer client = front.connect().send(LAST_GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send(KEPT + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        service.readToReset();
        askOnNewStream(LAST_GET, KEPT);
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200 OK", "GET, 304 Not Modified", "GET, 204 No Content"})
    void behindAnAnswerThatHasNoBodyByItsKindNobodyElseIsServed(String method, String status) {
        RawPeer client = front.connect().send(method + " /x HTTP/1.1\r\nHost: a\r\n\r\n");
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 " + status + "\r\nConnection: keep-alive\r\n\r\n");
        assertThat(client.readHead()).startsWith("HTTP/1.1 " + status);
        assertThat(service.readToEnd()).isEmpty();
        askOnNewStream(LAST_GET, KEPT);
    }

    @Test
    void aStreamThatTheServiceHadEndedIsReplacedWithoutTheClientNoticing() throws Exception {
        RawPeer service = askOnNewStream(LAST_GET, KEPT);
        RawPeer client = front.connect().send(LAST_GET);
        service.readHead();
        service.endOutput();
        RawPeer fresh = front.upstream.accept();
        fresh.readHead();
        fresh.send(KEPT);
        expectOk(client);
        assertThat(front.replays.take()).isEqualTo("GET stream-was-old");
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aClientThatLeavesInTheMiddleOfItsAnswerLeavesNoStreamBehind() {
        RawPeer client = front.connect().send(GET);
        RawPeer service = front.upstream.accept();
        service.readHead();
        service.send("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 20\r\n\r\nhalf");
        client.readHead();
        client.reset();
        service.readToReset();
        askOnNewStream(LAST_GET, KEPT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NTLM TlRMTVNTUAAB", "negotiate YIIB"})
    void aClientThatVouchesForItsConnectionHasItToItself(String credentials) {
        String vouching = "GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: " + credentials + "\r\n\r\n";
        RawPeer shared = askOnNewStream(GET, KEPT);
        RawPeer client = front.connect().send(vouching);
        RawPeer own = front.upstream.accept();
        own.readHead();
        own.send(KEPT);
        expectOk(client);
        ask(GET, shared, KEPT);
        // Its own next request, and then its end.
        client.send(vouching);
        own.readHead();
        own.send(KEPT);
        expectOk(client);
        client.close();
        assertThat(own.readToEnd()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NTLM", "Basic realm=\"a\", Negotiate"})
    void aStreamThatAsksWhoIsThereIsNotGivenToAnother(String challenge) {
        RawPeer service = askAndBeChallenged(challenge);
        assertThat(service.readToEnd()).isEmpty();
        askOnNewStream(GET, KEPT);
    }

    @Test
    void anOrdinaryChallengeIsNoReasonToEndAStream() {
        RawPeer service = askAndBeChallenged("Basic realm=\"a\"");
        ask("GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Basic bnRsbQ==\r\n\r\n", service, KEPT);
    }

    @Test
    void aStreamIsKeptForAWhileOnlyAndNotForever() {
        restart(2, Duration.ofSeconds(20), 64);
        RawPeer service = askOnNewStream(LAST_GET, KEPT);
        RawPeer client = front.connect().send(LAST_GET);
        assertThat(service.readHead()).contains("connection: close\r\n");
        service.send(KEPT);
        expectOk(client);
        assertThat(service.readToEnd()).isEmpty();

        restart(100, Duration.ofMillis(50), 64);
        // A second time too, when what was known of the service has been forgotten.
        for (int i = 0; i < 2; i++) {
            assertThat(askOnNewStream(LAST_GET, KEPT).readToEnd()).isEmpty();
        }
    }

    @Test
    void aSessionThatIsDrainedKeepsNoStream() {
        RawPeer service = askOnNewStream(LAST_GET, KEPT);
        Channel stream = front.upstream.lastOpened();
        stream.eventLoop().execute(() -> stream.pipeline().fireUserEventTriggered(SessionDrained.INSTANCE));
        assertThat(service.readToEnd()).isEmpty();
        askOnNewStream(LAST_GET, KEPT);
    }
}
