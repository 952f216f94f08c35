package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.RegistrationOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract sections 4, 6 and 7, as far as they are about generations that leave. */
class DrainTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private static String state(Generation<FakeUpstream> generation) {
        return generation.state().word();
    }

    @Test
    void aServiceThatDrainsIsToldWhenTheLastOneHasEnded() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant first = stage.arrives();
        FakeApplicant second = stage.arrives();

        a.drain("stopping");
        stage.ends(first);
        assertThat(Stage.told(a)).isEmpty();
        stage.ends(second);

        assertThat(Stage.told(a)).containsExactly("drained");
    }

    @Test
    void drainedAtOnceIfNothingIsInFlight() {
        Generation<FakeUpstream> a = stage.ready("a");

        a.drain("stopping");
        a.drain("stopping");

        assertThat(Stage.told(a)).containsExactly("drained");
    }

    @Test
    void whoComesAfterTheDrainWaitsForTheNext() {
        Generation<FakeUpstream> a = stage.ready("a");
        a.drain("stopping");
        FakeApplicant held = stage.arrives();
        a.gone("end of file");
        assertThat(held.fate()).isEqualTo("waiting");

        stage.ready("b");

        assertThat(held.fate()).isEqualTo("b");
    }

    @Test
    void aDrainBeforeReadyEndsTheStandby() {
        Generation<FakeUpstream> a = stage.connects("a", RegistrationOptions.DEFAULTS);

        a.drain("never mind");
        a.ready();

        assertThat(Stage.told(a)).containsExactly("drained");
        assertThat(state(a)).isEqualTo("draining");
        assertThat(stage.lifecycle).containsExactly("expired");
        a.gone("end of file");
        assertThat(stage.lifecycle).containsExactly("expired", "empty");
    }

    @Test
    void grantedThenGoneThenEndedIsNotCountedTwice() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant applicant = stage.arrives();

        a.gone("crash");
        a.gone("crash");
        stage.ends(applicant);
        applicant.grant().ended();
        applicant.grant().established();
        applicant.grant().longLived();
        stage.timeline.run();

        assertThat(a.inFlight()).isZero();
        assertThat(a.longLivedInFlight()).isZero();
        assertThat(Stage.told(a)).isEmpty();
    }

    @Test
    void drainedThenEverythingIsSaidAgainAndNothingHappens() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant applicant = stage.arrives();
        a.drain("stopping");
        stage.ends(applicant);
        applicant.grant().ended();
        stage.timeline.run();

        assertThat(Stage.told(a)).containsExactly("drained");
        stage.passSeconds(30);
        assertThat(Stage.told(a)).containsExactly("drained", "close: drain deadline of 30.0 s passed with 0 in flight");
    }

    @Test
    void anOperatorsDrainIsToldToTheService() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrives();

        a.requestDrain("an operator asked");

        assertThat(Stage.told(a)).containsExactly("drain requested PT30S");
        stage.passSeconds(30);
        assertThat(Stage.told(a)).last().isEqualTo("close: drain deadline of 30.0 s passed with 1 in flight");
    }

    @Test
    void replacedThenAskedToLeaveKeepsItsFirstDeadline() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrives();
        stage.ready("b");
        stage.passSeconds(5);

        a.requestDrain("an operator asked");

        assertThat(Stage.told(a)).containsExactly("replaced PT30S", "drain requested PT25S");
        stage.passSeconds(25);
        assertThat(state(a)).isEqualTo("gone");
    }

    @Test
    void anUpgradedConnectionStaysTenMinutes() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant webSocket = stage.arrives();
        webSocket.grant().longLived();
        stage.ready("b");

        stage.pass(Duration.ofMinutes(10).minusNanos(1));
        assertThat(Stage.told(a)).containsExactly("replaced PT30S");
        stage.pass(Duration.ofNanos(1));

        assertThat(Stage.told(a))
                .last()
                .asString()
                .startsWith(
                        "close: drain deadline of 600.0 s for upgraded and TCP connections passed with 1 in flight");
    }

    @Test
    void requestsAreEndedAtTheirDeadlineWhileUpgradedConnectionsStay() {
        FakeUpstream session = new FakeUpstream("a").tellingRequestsApart();
        Generation<FakeUpstream> a = stage.connects(session, RegistrationOptions.DEFAULTS);
        a.ready();
        FakeApplicant webSocket = stage.arrives();
        webSocket.grant().longLived();
        webSocket.grant().longLived();
        FakeApplicant request = stage.arrives();
        stage.ready("b");

        stage.passSeconds(30);
        assertThat(session.told())
                .last()
                .isEqualTo("requests overdue: drain deadline of 30.0 s passed with 1 requests in flight");
        assertThat(state(a)).isEqualTo("draining");
        stage.ends(request);
        stage.pass(Duration.ofMinutes(1));
        assertThat(state(a)).isEqualTo("draining");

        // the last one ends: there is nothing to stay for
        stage.ends(webSocket);
        assertThat(session.told()).contains("drained").last().asString().startsWith("close: everything has ended");
    }

    @Test
    void aSessionThatCannotTellThemApartEndsAsAWholeAtTheDeadlineOfRequests() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrives().grant().longLived();
        stage.arrives();
        stage.ready("b");

        stage.passSeconds(30);

        assertThat(state(a)).isEqualTo("gone");
    }

    @Test
    void aLongDrainIsNotCutByTheDeadlineOfUpgradedConnections() {
        RegistrationOptions halfAnHour = new RegistrationOptions(
                "web",
                "",
                RegistrationOptions.Policy.REPLACE,
                true,
                RegistrationOptions.DEFAULT_HOLD,
                Duration.ofMinutes(30),
                java.util.Optional.empty(),
                RegistrationOptions.StreamHeader.NONE,
                java.util.List.of(),
                java.util.List.of(),
                java.util.List.of(),
                100,
                "",
                java.util.Map.of(),
                "");
        Generation<FakeUpstream> a = stage.ready("a", halfAnHour);
        stage.arrives().grant().longLived();
        a.drain("stopping");

        stage.pass(Duration.ofMinutes(30).minusNanos(1));
        assertThat(state(a)).isEqualTo("draining");
        stage.pass(Duration.ofNanos(1));

        assertThat(state(a)).isEqualTo("gone");
    }

    @Test
    void theWindowPassesWhileTheLastGenerationStillDrains() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant webSocket = stage.arrives();
        webSocket.grant().longLived();
        a.drain("stopping");

        stage.passSeconds(31);
        assertThat(stage.lifecycle).containsExactly("expired");
        assertThat(a.inFlight()).isEqualTo(1);

        stage.ends(webSocket);
        assertThat(stage.lifecycle).containsExactly("expired", "empty");
    }

    // --- shutdown

    @Test
    void shutdownRefusesAllHeldAndAllWhoComeLater() {
        stage.ready("a").gone("crash");
        FakeApplicant held = stage.arrives();
        FakeApplicant onItsWay = stage.applicant();
        stage.service.admit(onItsWay);

        CompletableFuture<Void> done =
                stage.service.shutdown("the daemon is stopping").toCompletableFuture();
        stage.timeline.run();

        assertThat(held.fate()).isEqualTo("GONE");
        assertThat(held.refusal().sentence()).contains("the daemon is stopping");
        assertThat(onItsWay.fate()).isEqualTo("GONE");
        assertThat(stage.arrives().fate()).isEqualTo("GONE");
        assertThat(done).isCompleted();
        assertThat(stage.lifecycle).containsExactly("empty");
    }

    @Test
    void shutdownLetsWhatIsInFlightFinish() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant old = stage.arrives();
        Generation<FakeUpstream> b = stage.ready("b");
        FakeApplicant running = stage.arrives();

        CompletableFuture<Void> done =
                stage.service.shutdown("the daemon is stopping").toCompletableFuture();
        assertThat(Stage.told(a)).containsExactly("replaced PT30S", "drain requested PT30S");
        assertThat(Stage.told(b)).containsExactly("drain requested PT30S");
        stage.ends(running);
        assertThat(done).isNotDone();
        stage.ends(old);

        assertThat(done).isCompleted();
        assertThat(stage.service.shutdown("again").toCompletableFuture()).isCompleted();
    }

    @Test
    void shutdownThenTheDeadlineEndsWhatDoesNotFinish() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrives();

        CompletableFuture<Void> done =
                stage.service.shutdown("the daemon is stopping").toCompletableFuture();
        stage.passSeconds(30);

        assertThat(done).isCompleted();
        assertThat(state(a)).isEqualTo("gone");
    }
}
