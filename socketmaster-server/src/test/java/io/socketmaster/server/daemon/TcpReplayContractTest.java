package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.testing.Background;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Contract section 5 for plain TCP: a connection that no service can have seen goes to another session, with all that its
 * client said, its end of file included. A victim takes over from a survivor that sends back what it gets.
 */
class TcpReplayContractTest {
    private RunningDaemon daemon;
    private SocketDefinition definition;
    private ScriptedService survivor;
    private RawService victim;
    private RawPeer client;

    @BeforeEach
    void start() throws Exception {
        daemon = RunningDaemon.start();
        // A version 1 reply does not say which port was bound.
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            definition = SocketDefinition.tcp(free.getLocalPort());
        }
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        victim.close();
        survivor.close();
        daemon.close();
    }

    private void startBoth(int version) throws Exception {
        Optional<RegistrationOptions> options =
                version == 2 ? Optional.of(RegistrationOptions.DEFAULTS) : Optional.empty();
        survivor = ScriptedService.connect(daemon.control(), definition, options, ScriptedService.echo());
        survivor.expectOk();
        daemon.awaitGeneration("ready 1");
        victim = RawService.register(daemon.control(), definition, options);
        daemon.awaitGeneration("swapped 2");
        client = RawPeer.connect(definition.port());
    }

    private void expectToBeEchoed(String text) {
        assertThat(client.readText(text.length())).isEqualTo(text);
        assertThat(client.readToEnd()).isEmpty();
        assertThat(daemon.replays).containsExactly("TCP refused");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aConnectionThatWasRefusedUnseenGoesToAnotherSessionWithAllItSaid(int version) throws Exception {
        startBoth(version);
        client.send("first ");
        victim.awaitRequest("first ");
        client.send("second ");
        victim.awaitRequest("first second ");
        victim.send(victim.reset());
        await().until(() -> !daemon.replays.isEmpty());
        client.send("third");
        victim.close();

        assertThat(client.readText(18)).isEqualTo("first second third");
        client.endOutput();
        expectToBeEchoed("");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aClientThatHadHalfClosedIsRefusedUnseenAndAnsweredByAnotherSession(int version) throws Exception {
        startBoth(version);
        client.send("all that I have to say").endOutput();
        victim.awaitEnd().send(victim.reset());
        await().until(() -> !daemon.replays.isEmpty());
        victim.close();

        expectToBeEchoed("all that I have to say");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aClientThatHalfClosedWithoutAWordIsRefusedUnseenAndAnsweredByAnotherSession(int version) throws Exception {
        startBoth(version);
        client.endOutput();
        victim.awaitEnd().send(victim.reset());
        await().until(() -> !daemon.replays.isEmpty());
        victim.close();

        expectToBeEchoed("");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aGoAwayThatCrossesAConnectionLosesNothingOfIt(int version) throws Exception {
        startBoth(version);
        client.send("on its way").endOutput();
        victim.awaitEnd().send(RawService.join(victim.goAway(), victim.reset())).close();

        expectToBeEchoed("on its way");
    }

    @Test
    void aClientThatHalfClosesWhileItsConnectionWaitsAgainKeepsItsEnd() throws Exception {
        startBoth(2);
        client.send("first ");
        victim.awaitRequest("first ").send(victim.reset());
        await().until(() -> !daemon.replays.isEmpty());
        client.send("and last").endOutput();
        victim.close();

        expectToBeEchoed("first and last");
    }

    @Test
    void aClientThatSaysMoreThanIsKeptIsReadNoFurtherUntilTheServiceHasTakenIt() throws Exception {
        startBoth(2);
        int kept = HttpSettings.Replay.DEFAULTS.requestBytes();
        String much = "0123456789abcdef".repeat(kept / 4);
        CompletableFuture<Void> sent = Background.run(() -> client.send(much).endOutput());
        victim.awaitBytes(kept).send(victim.reset());
        await().until(() -> !daemon.replays.isEmpty());
        victim.close();

        expectToBeEchoed(much);
        sent.join();
    }

    @Test
    void whenTheSessionIsLostWithNoAckOfAPeerThatAcknowledgesFirstNobodySawTheConnection() throws Exception {
        startBoth(2);
        client.send("hello").endOutput();
        victim.awaitEnd().close();

        expectToBeEchoed("hello");
    }

    @Test
    void whenTheSessionIsLostWithNoAckOfAVersion1PeerTheClientIsReset() throws Exception {
        startBoth(1);
        client.send("hello").endOutput();
        victim.awaitEnd().close();

        assertThat(client.readToReset()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aConnectionThatWasTakenIsResetWithItsStream(int version) throws Exception {
        startBoth(version);
        client.send("hello").endOutput();
        victim.awaitEnd().send(RawService.join(victim.ack(), victim.reset()));

        assertThat(client.readToReset()).isEmpty();
        assertThat(daemon.replays).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aClientThatHalfClosesBeforeTheAckStillGetsItsAnswer(int version) throws Exception {
        startBoth(version);
        client.send("question").endOutput();
        victim.awaitEnd().send(RawService.join(victim.ack(), victim.data("answer")));

        assertThat(client.readText(6)).isEqualTo("answer");
    }
}
