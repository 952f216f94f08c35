package io.socketmaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.socketmaster.client.testing.FakeDaemon;
import io.socketmaster.client.testing.FakeDaemon.Script;
import io.socketmaster.client.testing.FakeSession;
import io.socketmaster.client.testing.FakeStream;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.testing.Background;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a registration that stands lives through, and how it ends. */
class ListenerLifeTest {
    private static final SocketDefinition DEFINITION = SocketDefinition.tcp(0);

    private FakeDaemon daemon = FakeDaemon.start().script(Script.ok("127.0.0.1:40001"));
    private final Recorder events = new Recorder();
    private SocketMasterListener listener;

    @AfterEach
    void stop() {
        if (listener != null) {
            listener.closeNow();
        }
        daemon.close();
    }

    private SocketMasterListener listen() throws IOException {
        return listen(client());
    }

    private SocketMasterListener listen(SocketMasterClient.Builder client) throws IOException {
        listener = client.listen(DEFINITION);
        return listener;
    }

    private SocketMasterClient.Builder client() {
        return SocketMasterClient.builder()
                .daemon(daemon.address())
                .backoff(Duration.ofMillis(1), Duration.ofMillis(20))
                .events(events);
    }

    /** Serves everything with an echo until the listener ends; completes with how accepting ended. */
    private CompletableFuture<Optional<Exception>> echoAll() {
        CompletableFuture<Optional<Exception>> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                for (StreamConnection connection; (connection = listener.accept()) != null; ) {
                    echo(connection);
                }
                end.complete(Optional.empty());
            } catch (IOException e) {
                end.complete(Optional.of(e));
            }
        });
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    private static void echo(StreamConnection connection) {
        Thread thread = new Thread(() -> {
            try (connection) {
                connection.getInputStream().transferTo(connection.getOutputStream());
            } catch (IOException broken) {
                // What becomes of the connection is seen from its other end.
                connection.reset();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    // ---- accept

    @Test
    void acceptWithATimeoutIsEmptyWhenNobodyComes() throws Exception {
        assertThat(listen().accept(Duration.ofMillis(20))).isEmpty();
        assertThat(listener.accept(Duration.ZERO)).isEmpty();
        assertThat(listener.isClosed()).isFalse();
    }

    @Test
    void acceptWithATimeoutGivesWhoCameInTime() throws Exception {
        listen();
        daemon.nextSession().open().write("x");

        assertThat(listener.accept(Duration.ofSeconds(10))).isPresent().get().satisfies(StreamConnection::reset);
    }

    @Test
    void theDaemonHearsThatAStreamIsTakenWhenItIsAccepted() throws Exception {
        listen();
        FakeStream stream = daemon.nextSession().open().write("x");

        assertThat(stream.isTaken()).isFalse();
        StreamConnection connection = listener.accept();

        stream.awaitTaken();
        connection.reset();
    }

    @Test
    void acceptThatIsInterruptedEndsWithTheInterruptKept() throws Exception {
        listen();
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            failure.complete(catchThrowableOfType(Exception.class, () -> listener.accept()));
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        thread.start();

        thread.interrupt();

        assertThat(failure.join()).isInstanceOf(InterruptedIOException.class);
        assertThat(interrupted.join()).isTrue();
    }

    // ---- reconnecting

    @Test
    void theListenerSurvivesTheDaemonsRestartAsTheSameInstanceOnTheSamePort() throws Exception {
        listen();
        CompletableFuture<Optional<Exception>> end = echoAll();
        HandshakeRequest first = daemon.nextRequest();
        int port = daemon.port();

        daemon.close();
        await().until(() -> events.said("reconnecting 3"));
        daemon = FakeDaemon.start(port).script(Script.ok("127.0.0.1:40001"));

        HandshakeRequest again = daemon.nextRequest();
        assertThat(again.options()).isEqualTo(first.options());
        assertThat(again.options().orElseThrow().instance()).isNotEmpty();
        assertThat(first.definition().port()).isZero();
        assertThat(again.definition().port()).isEqualTo(40001);
        FakeStream stream = daemon.nextSession().open().write("again");
        stream.awaitText("again");
        await().until(() -> events.said("reconnected"));
        assertThat(listener.boundAddresses().get(0).getPort()).isEqualTo(40001);
        assertThat(end).isNotDone();
        assertThat(events.all()).startsWith("registered", "reconnecting 1").endsWith("reconnected");
    }

    @Test
    void theCountOfAttemptsBeginsAnewAfterASuccess() throws Exception {
        listen();
        daemon.nextSession().cut();
        daemon.nextSession().cut();
        FakeSession third = daemon.nextSession();

        await().until(() -> events.count("reconnected") == 2);
        assertThat(events.count("reconnecting 1")).isEqualTo(2);
        assertThat(third.isClosed()).isFalse();
    }

    @Test
    void aConnectionOfALostSessionIsBrokenAndSaysWhy() throws Exception {
        listen();
        FakeSession session = daemon.nextSession();
        session.open().write("x");
        StreamConnection connection = listener.accept();
        assertThat(connection.getInputStream().read()).isEqualTo('x');

        session.cut();

        SocketException error = catchThrowableOfType(
                SocketException.class, () -> connection.getInputStream().read());
        assertThat(error).hasMessageContaining("the session with the daemon ended");
        connection.close();
    }

    @Test
    void aSessionThatTheDaemonEndsInGoodOrderIsNotCalledLost() throws Exception {
        listen();

        daemon.nextSession().say(new ControlMessage.Drained());

        daemon.nextSession();
        await().until(() -> events.said("reconnected"));
        assertThat(events.causes).first().asString().contains("in good order").doesNotContain("lost");
    }

    @Test
    void aPassingRefusalAfterAReconnectIsTriedAgain() throws Exception {
        listen();
        FakeSession session = daemon.nextSession();
        daemon.script(Script.refuse(new ProtocolException(ErrorCode.PORT_IN_USE, "somebody was quicker")));

        session.cut();
        await().until(() -> events.said("reconnecting 4"));
        daemon.script(Script.ok("127.0.0.1:40001"));

        daemon.nextSession();
        await().until(() -> events.said("reconnected"));
    }

    @Test
    void aPermanentRefusalAfterAReconnectEndsTheListenerWithThatError() throws Exception {
        listen();
        CompletableFuture<Optional<Exception>> end = echoAll();
        daemon.script(Script.refuse(new ProtocolException(ErrorCode.NAME_OWNED, "shop belongs to somebody else")));

        daemon.nextSession().cut();

        Exception error = end.join().orElseThrow();
        assertThat(error).isInstanceOf(SocketMasterException.class);
        assertThat(((SocketMasterException) error).code()).isEqualTo(ErrorCode.NAME_OWNED);
        assertThat(error).hasMessageContaining("the listener has ended: shop belongs to somebody else");
        CompletionException closed = catchThrowableOfType(
                CompletionException.class, () -> listener.closeFuture().join());
        assertThat(closed).hasCauseInstanceOf(SocketMasterException.class);
        assertThat(listener.isClosed()).isTrue();
        await().until(() -> events.said("closed NAME_OWNED"));
    }

    @Test
    void aDaemonThatDiesWithItsOkIsNotTakenForAnOldOne() throws Exception {
        listen();
        daemon.nextRequest();
        byte[] ok = {0, 0, 0, 0, 0, 0, 0, 2, 'O', 'K'};
        daemon.script(exchange -> {
            daemon.script(Script.ok("127.0.0.1:40001"));
            Script.rawThenClose(ok).play(exchange);
        });

        daemon.nextSession().cut();

        daemon.nextSession();
        assertThat(daemon.nextRequest().options()).isPresent();
        assertThat(daemon.nextRequest().options()).isPresent();
        await().until(() -> events.said("reconnected"));
        assertThat(listener.isVersion2()).isTrue();
    }

    @Test
    void closeWhileTheDaemonIsAwayEndsAtOnce() throws Exception {
        listen();
        daemon.close();
        await().until(() -> events.said("reconnecting 2"));

        listener.close();

        assertThat(listener.isClosed()).isTrue();
        assertThat(listener.accept()).isNull();
    }

    @Test
    void onReconnectTheServiceGetsASecondSessionAndTheFirstFinishesWhatRuns() throws Exception {
        listen();
        echoAll();
        FakeSession old = daemon.nextSession();
        FakeStream running = old.open().write("one");
        running.awaitText("one");

        old.say(new ControlMessage.Reconnect());

        FakeSession fresh = daemon.nextSession();
        fresh.open().write("two").awaitText("two");
        running.write(" more").awaitText("one more");
        assertThat(old.isClosed()).isFalse();
        running.finish();
        await().until(old::isClosed);
        assertThat(listener.isClosed()).isFalse();
    }

    @Test
    void aDaemonThatKeepsAskingForNewSessionsGetsNoMoreThanABoundedNumberOfThem() throws Exception {
        listen();
        List<FakeSession> all = new ArrayList<>();
        List<StreamConnection> running = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            FakeSession session = daemon.nextSession();
            all.add(session);
            session.open().write("stays open");
            running.add(listener.accept());
            session.say(new ControlMessage.Reconnect());
        }

        await().until(() -> all.stream().filter(session -> !session.isClosed()).count() <= 16);
        daemon.nextSession();
        running.forEach(StreamConnection::reset);
    }

    @Test
    void anEventListenerThatFailsDisturbsNothing() throws Exception {
        listen(client().events(new ListenerEvents() {
            @Override
            public void registered(SocketMasterListener started) {
                throw new IllegalStateException("a fault of the application");
            }

            @Override
            public void closed(Optional<SocketMasterException> failure) {
                events.closed(failure);
            }
        }));

        listener.close();

        await().until(() -> events.said("closed"));
    }

    @Test
    void aGoAwayOfTheDaemonIsAnsweredWithANewSession() throws Exception {
        listen();
        FakeSession old = daemon.nextSession();

        old.goAway();

        daemon.nextSession();
        await().until(old::isClosed);
        assertThat(listener.isClosed()).isFalse();
    }

    // ---- ready

    @Test
    void aServiceThatIsNotReadySaysSoAndSaysWhenItIs() throws Exception {
        listen(client().ready(false));
        FakeSession session = daemon.nextSession();
        assertThat(session.request().options().orElseThrow().ready()).isFalse();

        CompletableFuture<Void> ready = listener.ready();
        await().until(() -> session.messages().contains(new ControlMessage.Ready()));
        assertThat(ready).isNotDone();
        session.say(new ControlMessage.Activated());

        ready.join();
    }

    @Test
    void aServiceThatWasReadyIsReadyAfterAReconnect() throws Exception {
        listen(client().ready(false));
        CompletableFuture<Void> ready = listener.ready();
        daemon.nextSession().cut();

        assertThat(daemon.nextSession().request().options().orElseThrow().ready())
                .isTrue();
        ready.join();
    }

    @Test
    void readyFailsWhenTheListenerEndsBefore() throws Exception {
        listen(client().ready(false));
        CompletableFuture<Void> ready = listener.ready();

        listener.closeNow();

        CompletionException error = catchThrowableOfType(CompletionException.class, ready::join);
        assertThat(error).hasCauseInstanceOf(SocketMasterException.class);
    }

    // ---- update

    @Test
    void anUpdateIsSentOneAtATimeAndStaysOverAReconnect() throws Exception {
        daemon.script(exchange -> exchange.accept(List.of("127.0.0.1:8000"), List.of(), List.of("update")));
        listen(client().weight(7));
        FakeSession session = daemon.nextSession();
        TlsMaterial renewed = new TlsMaterial("new chain", "new key");

        CompletableFuture<List<String>> first = listener.update(renewed);
        CompletableFuture<List<String>> second = listener.update(9);
        CompletableFuture<List<String>> third = listener.update(Map.of("commit", "abc"));
        await().until(() -> session.messages().contains(ControlMessage.Update.of(renewed)));
        assertThat(session.messages()).hasSize(1);
        session.say(ControlMessage.Updated.applied(List.of("it expires tomorrow")));
        assertThat(first.join()).containsExactly("it expires tomorrow");
        await().until(() -> session.messages().contains(ControlMessage.Update.of(9)));
        session.say(ControlMessage.Updated.refused(new ProtocolException(ErrorCode.LIMIT, "too heavy")));
        CompletionException refused = catchThrowableOfType(CompletionException.class, second::join);
        assertThat(refused).hasCauseInstanceOf(SocketMasterException.class).hasMessageContaining("LIMIT: too heavy");
        await().until(() -> session.messages().size() == 3);
        session.cut();

        FakeSession next = daemon.nextSession();
        assertThat(next.request().definition().tls()).contains(renewed);
        assertThat(next.request().options().orElseThrow().weight()).isEqualTo(7);
        await().until(() -> next.messages().contains(ControlMessage.Update.of(Map.of("commit", "abc"))));
        next.say(ControlMessage.Updated.applied(List.of()));
        assertThat(third.join()).isEmpty();
    }

    @Test
    void anUpdateThatTheDaemonDoesNotKnowOrThatComesTooLateFailsWithTheReason() throws Exception {
        listen();
        CompletionException unknown = catchThrowableOfType(
                CompletionException.class, () -> listener.update(1).join());
        assertThat(unknown).hasMessageContaining("BAD_REQUEST: this daemon cannot change a registration");

        listener.closeNow();
        CompletionException late = catchThrowableOfType(
                CompletionException.class, () -> listener.update(1).join());
        assertThat(late).hasMessageContaining("UNAVAILABLE: the service has left");
    }

    // ---- the end

    @Test
    void closeLetsWhatRunsFinishAndThenAcceptEnds() throws Exception {
        listen();
        CompletableFuture<Optional<Exception>> end = echoAll();
        FakeSession session = daemon.nextSession();
        FakeStream running = session.open().write("one");
        running.awaitText("one");

        CompletableFuture<Void> closing = Background.run(listener::close);
        await().until(() -> session.messages().contains(ControlMessage.Drain.fromService()));
        // Given before the daemon heard of it: still served.
        FakeStream late = session.open().write("late");
        late.awaitText("late");
        late.finish();
        late.awaitEnd();
        running.write(" more").awaitText("one more");
        assertThat(closing).isNotDone();
        assertThat(end).isNotDone();
        running.finish();

        running.awaitEnd();
        closing.join();
        assertThat(end.join()).isEmpty();
        assertThat(running.broken()).isNull();
        await().until(session::wentAway);
        await().until(session::isClosed);
        assertThat(listener.closeFuture()).succeedsWithin(Duration.ofSeconds(10));
        await().until(() -> events.said("closed"));
    }

    @Test
    void closeCutsWhatStillRunsWhenTheDrainTimeHasPassed() throws Exception {
        listen(client().drain(Duration.ofMillis(100)));
        echoAll();
        FakeStream running = daemon.nextSession().open().write("one");
        running.awaitText("one");

        listener.close();

        running.awaitBroken();
        assertThat(running.broken().reason()).isEqualTo(StreamClosedException.Cause.SESSION_LOST);
        assertThat(listener.closeFuture()).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void closeNowCutsAtOnce() throws Exception {
        listen();
        CompletableFuture<Optional<Exception>> end = echoAll();
        FakeStream running = daemon.nextSession().open().write("one");
        running.awaitText("one");

        listener.closeNow();

        running.awaitBroken();
        assertThat(end.join()).isEmpty();
    }

    @Test
    void closeNowEndsACloseThatWaits() throws Exception {
        listen();
        echoAll();
        FakeSession session = daemon.nextSession();
        session.open().write("one").awaitText("one");
        CompletableFuture<Void> closing = Background.run(listener::close);
        await().until(() -> session.messages().contains(ControlMessage.Drain.fromService()));

        listener.closeNow();

        closing.join();
    }

    @Test
    void aSecondCloseDoesNothing() throws Exception {
        listen();

        listener.close();
        listener.close();
        listener.closeNow();

        assertThat(listener.isClosed()).isTrue();
    }

    @Test
    void closeTowardsAnOldDaemonSaysGoAwayAndLetsWhatRunsFinish() throws Exception {
        daemon.script(Script.old());
        listen();
        echoAll();
        FakeSession session = daemon.nextSession();
        FakeStream running = session.open().write("one");
        running.awaitText("one");

        CompletableFuture<Void> closing = Background.run(listener::close);
        await().until(session::wentAway);
        running.write(" more").awaitText("one more");
        assertThat(closing).isNotDone();
        running.finish();

        running.awaitEnd();
        closing.join();
        assertThat(running.broken()).isNull();
    }

    @Test
    void aServiceThatIsReplacedFinishesWhatRunsAndCompletesItsCloseFuture() throws Exception {
        listen();
        CompletableFuture<Optional<Exception>> end = echoAll();
        FakeSession session = daemon.nextSession();
        FakeStream running = session.open().write("one");
        running.awaitText("one");

        session.say(new ControlMessage.Replaced(Duration.ofSeconds(30)));

        await().until(() -> events.said("replaced PT30S"));
        running.write(" more").awaitText("one more");
        running.finish();
        running.awaitEnd();
        assertThat(listener.closeFuture()).isNotDone();
        session.say(new ControlMessage.Drained());
        listener.closeFuture().join();
        assertThat(end.join()).isEmpty();
        assertThat(session.messages()).isEmpty();
        await().until(() -> events.said("closed"));
    }

    @Test
    void aServiceThatWasReplacedServesAgainWhenItIsTakenBack() throws Exception {
        listen();
        echoAll();
        FakeSession session = daemon.nextSession();

        session.say(new ControlMessage.Replaced(Duration.ofSeconds(30)));
        await().until(() -> events.said("replaced PT30S"));
        session.say(new ControlMessage.Activated());
        await().until(() -> events.said("takenBack"));
        session.open().write("again").awaitText("again");
        session.cut();

        daemon.nextSession().open().write("reconnected").awaitText("reconnected");
        assertThat(listener.isClosed()).isFalse();
    }

    @Test
    void aServiceThatWasReplacedDoesNotComeBackWhenItsSessionIsLost() throws Exception {
        listen();
        FakeSession session = daemon.nextSession();
        session.say(new ControlMessage.Replaced(Duration.ofSeconds(30)));
        await().until(() -> events.said("replaced PT30S"));

        session.cut();

        listener.closeFuture().join();
        assertThat(events.all()).noneMatch(word -> word.startsWith("reconnecting"));
    }

    @Test
    void aServiceThatWasReplacedMayLeaveAtOnce() throws Exception {
        listen();
        FakeSession session = daemon.nextSession();
        session.say(new ControlMessage.Replaced(Duration.ofSeconds(30)));
        await().until(() -> events.said("replaced PT30S"));

        listener.drain().join();

        assertThat(session.messages()).containsExactly(ControlMessage.Drain.fromService());
    }

    @Test
    void aServiceThatIsAskedToLeaveDoesSoAndLeavesTheDeadlineToTheDaemon() throws Exception {
        listen();
        echoAll();
        FakeSession session = daemon.nextSession();
        FakeStream running = session.open().write("one");
        running.awaitText("one");

        session.say(ControlMessage.Drain.within(Duration.ofMillis(50)));
        await().until(() -> session.messages().contains(ControlMessage.Drain.fromService()));
        running.write(" more").awaitText("one more");
        session.cut();

        listener.closeFuture().join();
        running.awaitBroken();
        assertThat(events.all()).contains("drainRequested PT0.05S");
    }

    @Test
    void informationAndUnknownTroubleOnTheControlStreamAreBorne() throws Exception {
        listen();
        echoAll();
        FakeSession session = daemon.nextSession();

        session.say(new ControlMessage.Paused());
        session.say(new ControlMessage.Resumed());
        session.say(new ControlMessage.Activated());

        session.open().write("works").awaitText("works");
    }

    @Test
    void anApplicationThatBlocksOnAnEventHoldsUpNoTraffic() throws Exception {
        CompletableFuture<Void> letGo = new CompletableFuture<>();
        listen(client().events(new ListenerEvents() {
            @Override
            public void registered(SocketMasterListener started) {
                letGo.join();
            }
        }));
        echoAll();

        daemon.nextSession().open().write("works").awaitText("works");

        letGo.complete(null);
    }

    @Test
    void aServiceMayCloseFromAnEvent() throws Exception {
        listen(client().events(new ListenerEvents() {
            @Override
            public void reconnecting(int attempt, Duration delay, SocketMasterException cause) {
                listener.close();
            }
        }));

        daemon.nextSession().cut();

        listener.closeFuture().join();
    }

    @Test
    void aServiceThatHalfClosesStillReadsAndOneThatReadsTheEndStillWrites() throws Exception {
        listen();
        FakeSession session = daemon.nextSession();
        FakeStream stream = session.open().write("question");
        try (StreamConnection connection = listener.accept()) {
            assertThat(connection.getInputStream().readNBytes(8)).asString().isEqualTo("question");
            stream.finish();
            assertThat(connection.getInputStream().read()).isEqualTo(-1);
            connection.getOutputStream().write("answer".getBytes(StandardCharsets.UTF_8));
            stream.awaitText("answer");
            assertThat(stream.isEnded()).isFalse();
        }
        stream.awaitEnd();

        FakeStream other = session.open().write("x");
        try (StreamConnection connection = listener.accept()) {
            connection.shutdownOutput();
            other.awaitEnd();
            other.write("yz");
            other.finish();
            assertThat(connection.getInputStream().readAllBytes()).asString().isEqualTo("xyz");
        }
    }

    /** Events as words, in order. */
    private static final class Recorder implements ListenerEvents {
        private final List<String> words = new CopyOnWriteArrayList<>();
        private final List<String> causes = new CopyOnWriteArrayList<>();

        boolean said(String word) {
            return words.contains(word);
        }

        long count(String word) {
            return words.stream().filter(word::equals).count();
        }

        List<String> all() {
            return words;
        }

        @Override
        public void registered(SocketMasterListener started) {
            words.add("registered");
        }

        @Override
        public void reconnecting(int attempt, Duration delay, SocketMasterException cause) {
            words.add("reconnecting " + attempt);
            causes.add(String.valueOf(cause.getMessage()));
        }

        @Override
        public void reconnected(SocketMasterListener again) {
            words.add("reconnected");
        }

        @Override
        public void replaced(Duration deadline) {
            words.add("replaced " + deadline);
        }

        @Override
        public void takenBack() {
            words.add("takenBack");
        }

        @Override
        public void drainRequested(Duration deadline) {
            words.add("drainRequested " + deadline);
        }

        @Override
        public void closed(Optional<SocketMasterException> failure) {
            words.add(failure.map(cause -> "closed " + cause.code()).orElse("closed"));
        }
    }
}
