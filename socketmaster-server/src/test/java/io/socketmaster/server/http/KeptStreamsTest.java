package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.netty.channel.Channel;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.server.relay.SessionDrained;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which requests share a stream of a service, and what ends one that is kept. */
class KeptStreamsTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST_GET = "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String POST = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
    private static final String KEPT = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
    private static final String NOT_SAID = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private FrontHarness front;
    private RawPeer client;
    private RawPeer service;

    @BeforeEach
    void start() {
        front = front(100, Duration.ofSeconds(20));
    }

    private static FrontHarness front(int requests, Duration idle) {
        return new FrontHarness(new HttpSettings(
                HttpSettings.Limits.DEFAULTS,
                HttpSettings.Timeouts.DEFAULTS,
                HttpSettings.Replay.DEFAULTS,
                new HttpSettings.Reuse(requests, idle, 64),
                HttpSettings.Http2.DEFAULTS));
    }

    private void restart(int requests, Duration idle) {
        front.close();
        front = front(requests, idle);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private static void serve(RawPeer service, String answer) {
        service.readHead();
        service.send(answer);
    }

    /** Connects {@link #client}, which is answered by {@link #service}. */
    private void serveOneRequestAndKeepTheStream() {
        client = front.connect().send(GET);
        service = front.upstream.accept();
        serve(service, KEPT);
        expectOk(client);
    }

    private static void expectOk(RawPeer client) {
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContainIgnoringCase("connection");
        assertThat(client.readText(2)).isEqualTo("ok");
    }

    @Test
    void aServiceThatSaysKeepAliveGetsTheNextRequestsOfTheSameClientOnTheSameStream() {
        client = front.connect().send(GET);
        service = front.upstream.accept();
        for (int i = 0; i < 30; i++) {
            serve(service, KEPT);
            expectOk(client);
            client.send(i % 2 == 0 ? "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n" : GET);
            if (i % 2 == 0) {
                serve(service, "HTTP/1.1 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n");
                client.readHead();
                client.send(GET);
            }
        }
        serve(
                service,
                "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        client.readHead();
        assertThat(client.readText(12)).isEqualTo("2\r\nok\r\n0\r\n\r\n");
        client.send(GET);
        serve(service, KEPT);
        expectOk(client);
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void anotherClientHasAStreamOfItsOwn() {
        RawPeer one = front.connect().send(GET);
        serve(front.upstream.accept(), KEPT);
        expectOk(one);
        RawPeer other = front.connect().send(GET);
        serve(front.upstream.accept(), KEPT);
        expectOk(other);
        assertThat(front.upstream.opened()).isEqualTo(2);
    }

    @Test
    void aServiceThatDoesNotSayThatItWaitsIsNotAskedAgainOnTheSameStream() {
        client = front.connect().send(GET);
        service = front.upstream.accept();
        serve(service, NOT_SAID);
        expectOk(client);
        assertThat(service.readToEnd()).isEmpty();
        client.send(GET);
        RawPeer old = front.upstream.accept();
        serve(old, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok");
        expectOk(client);
        assertThat(old.readToEnd()).isEmpty();
    }

    @Test
    void aRequestThatMustNotRunTwiceHasAStreamOfItsOwn() {
        client = front.connect().send(GET);
        RawPeer kept = front.upstream.accept();
        serve(kept, KEPT);
        expectOk(client);
        client.send(POST);
        RawPeer own = front.upstream.accept();
        assertThat(own.readHead()).contains("connection: close\r\n");
        own.send(KEPT);
        expectOk(client);
        assertThat(own.readText(2)).isEqualTo("hi");
        assertThat(own.readToEnd()).isEmpty();
        client.send(GET);
        serve(kept, KEPT);
        expectOk(client);
    }

    @Test
    void aStreamThatTheServiceHadEndedIsReplacedWithoutTheClientNoticing() throws Exception {
        serveOneRequestAndKeepTheStream();
        client.send(GET);
        service.readHead();
        service.endOutput();
        serve(front.upstream.accept(), KEPT);
        expectOk(client);
        assertThat(front.replays.take()).isEqualTo("GET stream-was-old");
        await().untilAtomic(front.inFlight, is(0));
    }

    @Test
    void aStreamThatTheServiceEndsBetweenTwoRequestsIsNotUsedAgain() {
        serveOneRequestAndKeepTheStream();
        service.endOutput();
        assertThat(service.readToEnd()).isEmpty();
        client.send(GET);
        serve(front.upstream.accept(), KEPT);
        expectOk(client);
        assertThat(front.replays).isEmpty();
    }

    @Test
    void aRequestThatIsLostWithAnOldStreamAndWithTwoNewOnesIsABadGateway() {
        front.alone = true;
        serveOneRequestAndKeepTheStream();
        client.send(GET);
        service.readHead();
        service.endOutput();
        for (int stream = 0; stream < 2; stream++) {
            RawPeer fresh = front.upstream.accept();
            fresh.readHead();
            fresh.endOutput();
        }
        assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void whatAServiceSaysUnaskedReachesNobodyAndEndsTheStream() {
        serveOneRequestAndKeepTheStream();
        service.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
        service.readToReset();
        client.send(GET);
        serve(front.upstream.accept(), KEPT);
        expectOk(client);
    }

    @Test
    void aStreamIsKeptForAWhileOnlyAndNotForever() {
        restart(3, Duration.ofSeconds(20));
        client = front.connect().send(GET);
        service = front.upstream.accept();
        for (int i = 0; i < 2; i++) {
            assertThat(service.readHead()).contains("connection: keep-alive\r\n");
            service.send(KEPT);
            expectOk(client);
            client.send(GET);
        }
        assertThat(service.readHead()).contains("connection: close\r\n");
        service.send(KEPT);
        expectOk(client);
        assertThat(service.readToEnd()).isEmpty();

        restart(3, Duration.ofMillis(50));
        RawPeer idle = front.connect().send(GET);
        RawPeer briefly = front.upstream.accept();
        serve(briefly, KEPT);
        expectOk(idle);
        assertThat(briefly.readToEnd()).isEmpty();
    }

    @Test
    void theLastRequestOfAClientLeavesNoStreamBehind() {
        client = front.connect().send(LAST_GET);
        service = front.upstream.accept();
        assertThat(service.readHead()).contains("connection: close\r\n");
        service.send(KEPT);
        assertThat(service.readToEnd()).isEmpty();
        assertThat(client.readToEnd()).endsWith("ok");
    }

    @Test
    void theLastRequestOfAClientGoesOnTheStreamThatIsKept() {
        serveOneRequestAndKeepTheStream();
        client.send(LAST_GET);
        assertThat(service.readHead()).contains("connection: close\r\n");
        service.send(KEPT);
        assertThat(service.readToEnd()).isEmpty();
        assertThat(client.readToEnd()).endsWith("ok");
        assertThat(front.upstream.opened()).isEqualTo(1);
    }

    @Test
    void aClientThatLeavesTakesItsStreamWithIt() {
        serveOneRequestAndKeepTheStream();
        client.close();
        assertThat(service.readToEnd()).isEmpty();
    }

    @Test
    void aSessionThatIsDrainedKeepsNoStream() {
        serveOneRequestAndKeepTheStream();
        Channel stream = front.upstream.lastOpened();
        stream.eventLoop().execute(() -> stream.pipeline().fireUserEventTriggered(SessionDrained.INSTANCE));
        assertThat(service.readToEnd()).isEmpty();
        client.send(GET);
        serve(front.upstream.accept(), KEPT);
        expectOk(client);
    }
}
