package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract section 7: pause and resume. */
class PauseTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private static PauseOrder hold() {
        return new PauseOrder(PauseMode.HOLD, Optional.empty(), "deploy");
    }

    private static PauseOrder reject() {
        return new PauseOrder(PauseMode.REJECT, Optional.empty(), "deploy");
    }

    private static PauseOrder holdFor(int seconds) {
        return new PauseOrder(PauseMode.HOLD, Optional.of(Duration.ofSeconds(seconds)), "");
    }

    private static Pause everywhere(PauseOrder order) {
        return new Pause(order, 0, /* everywhere= */ true);
    }

    @Test
    void newRequestsWaitAndWhatIsInFlightGoesOn() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant running = stage.arrives();

        assertThat(stage.service.pause(hold())).isTrue();
        FakeApplicant held = stage.arrives();

        assertThat(held.fate()).isEqualTo("waiting");
        assertThat(a.inFlight()).isEqualTo(1);
        assertThat(Stage.told(a)).containsExactly("paused");
        running.grant().established();
        stage.ends(running);
        assertThat(stage.events).containsSubsequence("paused hold deploy", "held 1");
    }

    @Test
    void resumeReleasesFirstComeFirstServedAndGently() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.service.pause(hold());
        List<FakeApplicant> held = stage.arrive(70);

        assertThat(stage.service.resume("done")).isTrue();

        assertThat(stage.granted).hasSize(64).startsWith("r1", "r2", "r3");
        assertThat(held.get(64).fate()).isEqualTo("waiting");
        held.get(0).grant().established();
        stage.timeline.run();
        assertThat(held.get(65).fate()).isEqualTo("a");
        assertThat(Stage.told(a)).containsExactly("paused", "resumed");
        assertThat(stage.events).contains("resumed: done");
    }

    @Test
    void eachWaitsUpToItsHoldFromItsOwnArrivalWhilePaused() {
        stage.ready("a");
        stage.service.pause(hold());
        FakeApplicant first = stage.arrives();
        stage.passSeconds(10);
        FakeApplicant second = stage.arrives();

        stage.passSeconds(20);
        assertThat(first.fate()).isEqualTo("EXPIRED");
        assertThat(first.refusal().sentence()).contains("web is paused (deploy)", "waited 30.0 s");
        assertThat(second.fate()).isEqualTo("waiting");
        assertThat(stage.lifecycle).isEmpty(); // paused is not away: the route stays

        stage.service.resume("done");
        assertThat(second.fate()).isEqualTo("a");
    }

    @Test
    void rejectRefusesWhoComesAtOnceAndTellsWhenToAskAgain() {
        stage.ready("a");
        stage.service.pause(new PauseOrder(PauseMode.REJECT, Optional.of(Duration.ofSeconds(40)), "migration"));
        stage.passSeconds(10);

        FakeApplicant refused = stage.applicant();
        stage.service.admit(refused); // on the applicant's thread: a flood does not reach the registry thread

        assertThat(refused.fate()).isEqualTo("PAUSED");
        assertThat(refused.refusal().retryAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(refused.refusal().sentence()).contains("web is paused (migration)");
        stage.service.resume("done");
        assertThat(stage.arrives().fate()).isEqualTo("a");
    }

    @Test
    void whoIsHeldStaysHeldWhenAPauseThatRejectsBegins() {
        stage.ready("a").gone("crash");
        FakeApplicant held = stage.arrives();

        stage.service.pause(reject());
        assertThat(stage.arrives().fate()).isEqualTo("PAUSED");
        assertThat(held.fate()).isEqualTo("waiting");

        stage.ready("b");
        assertThat(held.fate()).isEqualTo("waiting");
        stage.service.resume("done");
        assertThat(held.fate()).isEqualTo("b");
    }

    @Test
    void whatComesBackFromASessionThatRefusedItIsHeldEvenByAPauseThatRejects() {
        stage.ready("a");
        FakeApplicant running = stage.arrives();
        stage.service.pause(reject());

        FakeApplicant again = stage.applicant();
        stage.service.admitAgain(again, running.grant());
        stage.timeline.run();

        assertThat(again.fate()).isEqualTo("waiting");
    }

    @Test
    void aPauseEndsByItselfWhenItsTimeIsOver() {
        stage.ready("a");
        stage.service.pause(holdFor(20));
        FakeApplicant held = stage.arrives();

        stage.pass(Duration.ofSeconds(20).minusNanos(1));
        assertThat(held.fate()).isEqualTo("waiting");
        stage.pass(Duration.ofNanos(1));

        assertThat(held.fate()).isEqualTo("a");
        assertThat(stage.events).contains("resumed: its time of 20.0 s is over");
        assertThat(stage.service.resume("late")).isFalse();
    }

    @Test
    void aSecondPauseTakesThePlaceOfTheFirstWithItsModeTimeAndReason() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.service.pause(holdFor(20));
        stage.passSeconds(15);

        stage.service.pause(new PauseOrder(PauseMode.REJECT, Optional.of(Duration.ofSeconds(20)), "longer"));
        stage.passSeconds(15);

        assertThat(stage.arrives().fate()).isEqualTo("PAUSED");
        assertThat(stage.service.ownPause().orElseThrow().endsIn()).contains(Duration.ofSeconds(5));
        assertThat(Stage.told(a)).containsExactly("paused");
        stage.passSeconds(5);
        assertThat(stage.arrives().fate()).isEqualTo("a");
        assertThat(stage.timeline.timers()).isZero();
    }

    @Test
    void aPauseWhileTheServiceIsAwayGoesOnAfterItsReturn() {
        stage.ready("a").gone("crash");
        FakeApplicant held = stage.arrives();
        stage.service.pause(hold());

        Generation<FakeUpstream> b = stage.ready("b");

        assertThat(held.fate()).isEqualTo("waiting");
        assertThat(Stage.told(b)).containsExactly("paused");
        assertThat(b.inFlight()).isZero();
        stage.service.resume("done");
        assertThat(held.fate()).isEqualTo("b");
    }

    @Test
    void aPauseBeforeTheServiceIsReadyHoldsToo() {
        Generation<FakeUpstream> a = stage.connects("a", Stage.options(Policy.REPLACE));
        stage.service.pause(hold());
        FakeApplicant held = stage.arrives();

        a.ready();
        assertThat(held.fate()).isEqualTo("waiting");
        stage.service.resume("done");
        assertThat(held.fate()).isEqualTo("a");
    }

    @Test
    void aReplacementUnderPauseSwapsAndHandsOverOnResume() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant running = stage.arrives();
        stage.service.pause(hold());
        FakeApplicant held = stage.arrives();

        stage.ready("b");
        assertThat(Stage.told(a)).contains("replaced PT30S");
        stage.ends(running);
        stage.service.resume("done");

        assertThat(held.fate()).isEqualTo("b");
    }

    @Test
    void aRollbackUnderPauseHandsOverToTheOldGenerationOnResume() {
        stage.ready("a");
        stage.service.pause(hold());
        Generation<FakeUpstream> b = stage.ready("b");
        FakeApplicant held = stage.arrives();

        b.gone("crash");
        assertThat(held.fate()).isEqualTo("waiting");
        assertThat(stage.events).contains("taken back 1");
        stage.service.resume("done");

        assertThat(held.fate()).isEqualTo("a");
    }

    @Test
    void aDrainUnderPauseFinishesAndWhoWaitsGoesToTheNextOne() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant running = stage.arrives();
        stage.service.pause(hold());
        FakeApplicant held = stage.arrives();

        a.requestDrain("an operator");
        stage.ends(running);
        assertThat(Stage.told(a)).containsExactly("paused", "drain requested PT30S", "drained");
        stage.ready("b");
        assertThat(held.fate()).isEqualTo("waiting");
        stage.service.resume("done");

        assertThat(held.fate()).isEqualTo("b");
    }

    @Test
    void aServiceThatDoesNotComeBackTakesItsPauseWithIt() {
        stage.ready("a").gone("crash");
        stage.service.pause(reject());

        stage.passSeconds(30);

        assertThat(stage.events).containsSubsequence("resumed: the service did not come back", "expired");
        assertThat(stage.arrives().fate()).isEqualTo("EXPIRED");
        assertThat(stage.service.pause(hold())).isFalse();
    }

    @Test
    void aClientThatLeavesWhilePausedIsForgotten() {
        stage.ready("a");
        stage.service.pause(hold());
        FakeApplicant leaving = stage.applicant();
        stage.service.admit(leaving).cancel();
        stage.timeline.run();

        stage.service.resume("done");

        assertThat(leaving.answered()).isZero();
        assertThat(stage.budget.taken()).isZero();
    }

    @Test
    void atMostAsManyWaitWhilePausedAsWhileTheServiceIsAway() {
        stage.ready("a");
        stage.service.pause(hold());
        stage.arrive(1_024);

        assertThat(stage.arrives().fate()).isEqualTo("FULL");
    }

    @Test
    void thePauseOfEverythingHoldsUntilItEnds() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.service.setPauseOfAll(Optional.of(everywhere(hold())));
        FakeApplicant held = stage.arrives();

        assertThat(stage.service.resume("not this one")).isFalse();
        assertThat(held.fate()).isEqualTo("waiting");
        stage.service.setPauseOfAll(Optional.empty());

        assertThat(held.fate()).isEqualTo("a");
        assertThat(Stage.told(a)).containsExactly("paused", "resumed");
    }

    @Test
    void aServicesOwnPauseGoesBeforeThatOfEverythingAndOutlivesIt() {
        stage.ready("a");
        stage.service.setPauseOfAll(Optional.of(everywhere(hold())));
        stage.service.pause(reject());
        assertThat(stage.arrives().fate()).isEqualTo("PAUSED");

        stage.service.setPauseOfAll(Optional.empty());
        assertThat(stage.arrives().fate()).isEqualTo("PAUSED");
        stage.service.resume("done");

        assertThat(stage.arrives().fate()).isEqualTo("a");
    }

    @Test
    void statusTellsThePauseInForce() {
        stage.ready("a");
        assertThat(stage.service.status().pause()).isEmpty();
        stage.service.pause(holdFor(60));
        stage.passSeconds(20);

        PauseStatus pause = stage.service.status().pause().orElseThrow();

        assertThat(pause)
                .isEqualTo(new PauseStatus(
                        PauseMode.HOLD,
                        "",
                        Duration.ofSeconds(20),
                        Optional.of(Duration.ofSeconds(40)),
                        /* everywhere= */ false));
    }

    @Test
    void anOrderThatMakesNoSenseIsRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PauseOrder(PauseMode.HOLD, Optional.of(Duration.ofSeconds(-1)), ""))
                .withMessageContaining("the ttl has to be longer than 0s");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PauseOrder(PauseMode.HOLD, Optional.of(Duration.ZERO), ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PauseOrder(PauseMode.HOLD, Optional.of(Duration.ofSeconds(Long.MAX_VALUE)), ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PauseOrder(PauseMode.HOLD, Optional.empty(), "two\nlines"))
                .withMessageContaining("one line of at most 200");
    }

    // --- idle

    private int idle;

    private Runnable watch() {
        return stage.service.whenIdle(() -> idle++);
    }

    @Test
    void idleIsToldAtOnceWhenNothingIsInFlight() {
        stage.ready("a");

        watch();

        assertThat(idle).isEqualTo(1);
    }

    @Test
    void idleIsToldWhenTheLastOneEndsAndWhoIsHeldDoesNotCount() {
        stage.ready("a");
        List<FakeApplicant> running = stage.arrive(2);
        stage.service.pause(hold());
        stage.arrives();

        watch();
        stage.ends(running.get(0));
        assertThat(idle).isZero();
        stage.ends(running.get(1));

        assertThat(idle).isEqualTo(1);
    }

    @Test
    void idleIsToldWithoutAPauseToo() {
        stage.ready("a");
        FakeApplicant running = stage.arrives();
        watch();
        watch();

        stage.ends(running);

        assertThat(idle).isEqualTo(2);
    }

    @Test
    void everyGenerationCountsAndThoseThatCameLaterToo() {
        stage.ready("a");
        FakeApplicant old = stage.arrives();
        watch();
        stage.ready("b");
        FakeApplicant young = stage.arrives();

        stage.ends(old);
        assertThat(idle).isZero();
        stage.ends(young);

        assertThat(idle).isEqualTo(1);
    }

    @Test
    void whatASessionThatIsGoneLeftBehindCountsUntilItEnds() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant orphan = stage.arrives();
        stage.service.pause(hold());
        a.gone("crash");
        watch();

        assertThat(stage.service.inFlight()).isEqualTo(1);
        assertThat(idle).isZero();
        stage.ends(orphan);

        assertThat(idle).isEqualTo(1);
        assertThat(stage.service.inFlight()).isZero();
    }

    @Test
    void aServiceIsForgottenWhenWhatItLeftBehindHasEnded() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant orphan = stage.arrives();
        a.gone("crash");
        stage.passSeconds(30);
        assertThat(stage.lifecycle).containsExactly("expired");

        stage.ends(orphan);

        assertThat(stage.lifecycle).containsExactly("expired", "empty");
    }

    @Test
    void whoDoesNotWaitForIdleAnyMoreIsNotTold() {
        stage.ready("a");
        FakeApplicant running = stage.arrives();
        Runnable forget = watch();

        forget.run();
        forget.run();
        stage.ends(running);

        assertThat(idle).isZero();
    }

    @Test
    void idleStaysIdleWhilePaused() {
        stage.ready("a");
        FakeApplicant running = stage.arrives();
        stage.service.pause(hold());
        stage.ends(running);
        watch();
        assertThat(idle).isEqualTo(1);

        stage.arrive(3);

        assertThat(stage.service.inFlight()).isZero();
    }

    // --- drain with a deadline of the operator's

    @Test
    void anOperatorsDeadlineCountsForLongLivedStreamsToo() {
        Generation<FakeUpstream> a =
                stage.connects(new FakeUpstream("a").tellingRequestsApart(), Stage.options(Policy.REPLACE));
        a.ready();
        stage.arrives().grant().longLived();

        assertThat(a.requestDrain("an operator", Optional.of(Duration.ofSeconds(5))))
                .isTrue();
        assertThat(Stage.told(a)).containsExactly("drain requested PT5S");
        assertThat(a.requestDrain("again", Optional.empty())).isFalse();
        stage.passSeconds(5);

        assertThat(a.state()).isInstanceOf(GenerationState.Gone.class);
    }

    @Test
    void anOperatorsDeadlineTakesThePlaceOfThatOfAReplacedGeneration() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrives();
        stage.ready("b");

        assertThat(a.requestDrain("an operator", Optional.of(Duration.ofSeconds(5))))
                .isTrue();
        stage.passSeconds(5);

        assertThat(a.state()).isInstanceOf(GenerationState.Gone.class);
        assertThat(Stage.told(a))
                .contains("drain requested PT5S")
                .last()
                .asString()
                .startsWith("close: drain deadline of 5.0 s");
    }
}
