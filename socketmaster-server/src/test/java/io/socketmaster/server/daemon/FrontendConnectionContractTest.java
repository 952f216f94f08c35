package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.testing.Background;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Contract section 6: frontend connections outlive services. */
class FrontendConnectionContractTest {
    private static final int TIMES = 50;

    private final Queue<String> journal = new ConcurrentLinkedQueue<>();

    /** One client on one connection that asks all the time until it is told to end; every answer must be right. */
    private static final class SteadyClient {
        private final RawPeer connection;
        private final boolean posts;
        private final AtomicBoolean ending = new AtomicBoolean();
        private final AtomicInteger answered = new AtomicInteger();
        private final CompletableFuture<Void> end;

        SteadyClient(int port, boolean posts) {
            this.connection = RawPeer.connect(port);
            this.posts = posts;
            this.end = Background.run(this::run);
        }

        private void run() {
            for (int i = 0; !ending.get(); i++) {
                boolean post = posts && i % 2 == 1;
                String body = post ? "body" + i : "";
                connection.send((post ? "POST /" : "GET /") + i + " HTTP/1.1\r\nHost: x\r\n"
                        + (post ? "Content-Length: " + body.length() + "\r\n" : "") + "\r\n" + body);
                String head = connection.readHead();
                assertThat(head).startsWith("HTTP/1.1 200 OK\r\n").doesNotContainIgnoringCase("connection: close");
                int length = Integer.parseInt(head.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
                assertThat(connection.readText(length))
                        .matches("generation-\\d+ " + (post ? "POST" : "GET") + " /" + i + " " + body);
                answered.incrementAndGet();
            }
            connection.close();
        }

        /** Waits until it has been answered {@code more} times from now. */
        void awaitAnswers(int more) {
            int wanted = answered.get() + more;
            org.awaitility.Awaitility.await().until(() -> end.isDone() || answered.get() >= wanted);
        }

        int finish() {
            ending.set(true);
            end.join();
            return answered.get();
        }
    }

    private ScriptedService start(RunningDaemon daemon, int port, int number) throws InterruptedException {
        ScriptedService service = daemon.register(
                        SocketDefinition.http(port, "/"), ScriptedService.journal("generation-" + number, journal))
                .expectOk();
        daemon.awaitGeneration("ready " + number);
        return service;
    }

    @Test
    void oneConnectionLivesThroughFiftyRedeploysAndNoRequestIsLost() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            Queue<ScriptedService> running = new ArrayDeque<>();
            running.add(start(daemon, 0, 1));
            int port = running.peek().boundPort();
            SteadyClient client = new SteadyClient(port, /* posts= */ true);
            for (int i = 2; i <= TIMES + 1; i++) {
                running.add(start(daemon, port, i));
                // By then nothing of this client is in flight on the old generation.
                client.awaitAnswers(2);
                running.remove().close();
            }
            int answered = client.finish();
            assertThat(answered).isGreaterThanOrEqualTo(2 * TIMES);
            assertThat(journal)
                    .as("each request once, and in order")
                    .hasSize(answered)
                    .doesNotHaveDuplicates();
            assertThat(daemon.replays).isEmpty();
        }
    }

    @Test
    void oneConnectionLivesThroughFiftyCrashesAndItsGetsAreHeldAndAnswered() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start()) {
            ScriptedService service = start(daemon, 0, 1);
            int port = service.boundPort();
            SteadyClient client = new SteadyClient(port, /* posts= */ false);
            for (int i = 2; i <= TIMES + 1; i++) {
                client.awaitAnswers(1);
                service.close();
                service = start(daemon, port, i);
            }
            client.awaitAnswers(1);
            assertThat(client.finish()).isGreaterThan(TIMES);
        }
    }
}
