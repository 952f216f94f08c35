package io.socketmaster.cli.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketmaster.client.session.Address;
import io.socketmaster.testing.Background;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a copy of a program does when the daemon and people tell it things in one order or another. */
class SupervisorTest {
    private static final RunPlan PLAN = new RunPlan(
            List.of("sleep", "600"),
            Optional.empty(),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            RunPlan.DEFAULT_RESTART);

    private final MadeUpHost host = new MadeUpHost();
    private final Supervisor supervisor = new Supervisor(PLAN, host);
    private Future<Integer> exit;

    /** Its program answers because the test does, and its daemon says what the test wants. */
    private static final class MadeUpHost implements Supervisor.Host {
        private final List<String> heard = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Supervisor.News> news = new CompletableFuture<>();
        private final CompletableFuture<Void> closed = new CompletableFuture<>();
        private volatile ServerSocket program;
        private volatile Child child;

        @Override
        public Endpoint nextEndpoint(int number) throws IOException {
            program = new ServerSocket(0);
            int port = program.getLocalPort();
            return new Endpoint(new Address.Tcp("localhost", port), "PORT", Integer.toString(port));
        }

        @Override
        public Child start(Endpoint endpoint) throws IOException {
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            child = Child.start(PLAN.command(), endpoint, nowhere, nowhere);
            return child;
        }

        @Override
        public Supervisor.Service register(Address address, Supervisor.News told) {
            news.complete(told);
            return new Supervisor.Service() {
                @Override
                public void moveTo(Address newAddress) {
                    heard.add("moveTo");
                }

                @Override
                public void suspend(String reason) {
                    heard.add("suspend");
                }

                @Override
                public void drain() {
                    heard.add("drain");
                }

                @Override
                public void closeNow() {
                    heard.add("closeNow");
                }

                @Override
                public CompletableFuture<Void> closed() {
                    return closed;
                }
            };
        }

        @Override
        public void say(String line) {
            heard.add(line);
        }

        private void awaitHearing(String part) {
            await().untilAsserted(() ->
                    assertThat(heard).anySatisfy(line -> assertThat(line).contains(part)));
        }
    }

    private Supervisor.News serving() throws Exception {
        exit = Background.supply(supervisor::run);
        return host.news.get(30, TimeUnit.SECONDS);
    }

    private void leaveAndExpectTheEnd() throws Exception {
        host.closed.complete(null);
        assertThat(exit.get(30, TimeUnit.SECONDS)).isZero();
        assertThat(host.child.isAlive()).isFalse();
    }

    @AfterEach
    void stop() throws Exception {
        supervisor.stopNow();
        if (host.program != null) {
            host.program.close();
        }
    }

    @Test
    void aCopyThatWasReplacedAndToldToStopLeavesAlthoughTheNewerOneFailed() throws Exception {
        Supervisor.News daemon = serving();
        daemon.leaving("replaced by a newer copy");
        host.awaitHearing("replaced by a newer copy");

        supervisor.stop();
        host.awaitHearing("drain");
        daemon.takenBack();

        leaveAndExpectTheEnd();
        assertThat(host.heard).noneMatch(line -> line.contains("serving again"));
    }

    @Test
    void aCopyThatWasReplacedServesAgainWhenTheNewerOneFailedAndLeavesWhenItIsToldTo() throws Exception {
        Supervisor.News daemon = serving();
        daemon.leaving("replaced by a newer copy");
        daemon.takenBack();
        host.awaitHearing("serving again");
        assertThat(host.heard).doesNotContain("drain");

        supervisor.stop();
        host.awaitHearing("drain");
        leaveAndExpectTheEnd();
    }

    @Test
    void aCopyThatWasToldToStopStaysLeavingWhenItIsReplacedToo() throws Exception {
        Supervisor.News daemon = serving();
        supervisor.stop();
        host.awaitHearing("drain");
        daemon.leaving("replaced by a newer copy");
        daemon.takenBack();

        leaveAndExpectTheEnd();
        assertThat(host.heard).noneMatch(line -> line.contains("serving again"));
    }
}
