package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract section 3: a service that leaves is waited for. */
class HoldTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private static RegistrationOptions withHold(Duration hold) {
        return Stage.options(Policy.REPLACE, "", 100, hold);
    }

    @Test
    void aReadyServiceIsReachedWithoutTheRegistryThread() {
        stage.ready("a");

        FakeApplicant applicant = stage.applicant();
        stage.service.admit(applicant);

        assertThat(applicant.fate()).isEqualTo("a");
        assertThat(stage.timeline.timers()).isZero();
    }

    @Test
    void nothingThatWasNeverRegisteredIsHeld() {
        FakeApplicant applicant = stage.applicant();
        stage.service.admit(applicant);

        assertThat(applicant.fate()).isEqualTo("EXPIRED");
        assertThat(applicant.refusal().sentence()).contains("web is not registered");
    }

    @Test
    void requestsWaitAndAreHandedOverByTheReturnItself() {
        stage.ready("a").gone("connection reset");
        FakeApplicant held = stage.arrives();
        assertThat(held.fate()).isEqualTo("waiting");
        stage.passSeconds(12);

        stage.ready("b");

        assertThat(held.fate()).isEqualTo("b"); // no time passed, no task was run
        assertThat(stage.events).contains("held 1", "serving with 1", "released to b after PT12S");
    }

    @Test
    void firstComeFirstServed() {
        stage.ready("a").gone("crash");
        stage.arrive(5);

        stage.ready("b");

        assertThat(stage.granted).containsExactly("r1", "r2", "r3", "r4", "r5");
    }

    @Test
    void theWindowPassesThenQueuedAreRefusedAndTheRouteGoes() {
        stage.ready("a").gone("connection reset");
        FakeApplicant early = stage.arrives();
        stage.passSeconds(20);
        FakeApplicant late = stage.arrives();

        stage.pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(List.of(early.fate(), late.fate())).containsOnly("waiting");
        assertThat(stage.lifecycle).isEmpty();

        stage.pass(Duration.ofNanos(1));

        assertThat(List.of(early.fate(), late.fate())).containsOnly("EXPIRED");
        assertThat(early.refusal().retryAfter()).isPositive();
        assertThat(early.refusal().sentence())
                .contains("web has been away for 30.0 s", "a is gone: connection reset", "waited 30.0 s");
        assertThat(late.refusal().sentence()).contains("waited 10.0 s");
        assertThat(stage.lifecycle).containsExactly("expired", "empty");
        assertThat(stage.arrives().fate()).isEqualTo("EXPIRED");
    }

    @Test
    void eachWaitsUpToTheHoldFromItsOwnArrival() {
        // given a first absence that ends in a service that takes its streams slowly
        stage.ready("a").gone("crash");
        List<FakeApplicant> first = stage.arrive(65);
        stage.passSeconds(29);
        Generation<FakeUpstream> b = stage.ready("b");
        assertThat(first.get(64).fate()).isEqualTo("waiting");

        // when it leaves again, which opens a new window of 30 s
        b.gone("crash");
        FakeApplicant newcomer = stage.arrives();
        stage.passSeconds(1);

        // then the one that came first has waited long enough
        assertThat(first.get(64).fate()).isEqualTo("EXPIRED");
        assertThat(newcomer.fate()).isEqualTo("waiting");
        stage.passSeconds(29);
        assertThat(newcomer.fate()).isEqualTo("EXPIRED");
    }

    @Test
    void theHoldIsThatOfTheGenerationThatLeft() {
        stage.ready("a", withHold(Duration.ofSeconds(5))).gone("crash");
        FakeApplicant held = stage.arrives();

        stage.passSeconds(4);
        assertThat(held.fate()).isEqualTo("waiting");
        stage.passSeconds(1);

        assertThat(held.fate()).isEqualTo("EXPIRED");
        assertThat(stage.events).contains("absent PT5S");
    }

    @Test
    void aServiceWithoutHoldExpiresAtOnce() {
        Generation<FakeUpstream> a = stage.ready("a", withHold(Duration.ZERO));

        a.gone("crash");

        assertThat(stage.lifecycle).containsExactly("expired", "empty");
        assertThat(stage.arrives().fate()).isEqualTo("EXPIRED");
    }

    @Test
    void aHoldThatNobodyCanMeanIsCut() {
        stage.ready("a", withHold(Duration.ofSeconds(Long.MAX_VALUE))).gone("crash");

        stage.pass(ServiceSettings.DEFAULTS.maxHold());

        assertThat(stage.lifecycle).contains("expired");
    }

    @Test
    void atMostAThousandAndTwentyFourWaitForAServiceTheNextIsRefusedAtOnce() {
        stage.ready("a").gone("crash");
        List<FakeApplicant> held = stage.arrive(1_024);

        FakeApplicant next = stage.applicant();
        stage.service.admit(next); // on the applicant's thread: a flood does not reach the registry thread

        assertThat(next.fate()).isEqualTo("FULL");
        assertThat(next.refusal().sentence()).contains("1024 per service");
        assertThat(held).allSatisfy(one -> assertThat(one.fate()).isEqualTo("waiting"));
    }

    @Test
    void placesAreReservedBeforeTheRegistryThreadHasSeenAnybody() {
        stage.ready("a").gone("crash");
        for (int i = 0; i < 1_024; i++) {
            stage.service.admit(stage.applicant());
        }

        FakeApplicant next = stage.applicant();
        stage.service.admit(next);

        assertThat(next.fate()).isEqualTo("FULL");
    }

    @Test
    void theBudgetOfAllServicesIsShared() {
        Stage small = new Stage(ServiceSettings.DEFAULTS, 2);
        small.ready("a").gone("crash");

        List<FakeApplicant> three = small.arrive(3);

        assertThat(three).extracting(FakeApplicant::fate).containsExactly("waiting", "waiting", "FULL");
        small.ready("b");
        assertThat(three.get(1).fate()).isEqualTo("b");
        small.close();
    }

    @Test
    void aClientThatGoesAwayLeavesTheQueueAtOnce() {
        stage.ready("a").gone("crash");
        FakeApplicant leaving = stage.applicant();
        Admission admission = stage.service.admit(leaving);
        FakeApplicant staying = stage.arrives();
        assertThat(stage.budget.taken()).isEqualTo(2);

        admission.cancel();
        admission.cancel();
        stage.timeline.run();

        assertThat(stage.budget.taken()).isEqualTo(1);
        assertThat(stage.service.held()).isEqualTo(1);
        stage.ready("b");
        assertThat(leaving.answered()).isZero();
        assertThat(staying.fate()).isEqualTo("b");
    }

    @Test
    void cancelledBeforeItArrivedThenNothing() {
        stage.ready("a").gone("crash");
        FakeApplicant applicant = stage.applicant();

        stage.service.admit(applicant).cancel();
        stage.timeline.run();

        assertThat(applicant.answered()).isZero();
        assertThat(stage.budget.taken()).isZero();
    }

    @Test
    void cancelledThenReturnedBeforeTheRegistryThreadHeardOfIt() {
        stage.ready("a").gone("crash");
        FakeApplicant applicant = stage.applicant();
        Admission admission = stage.service.admit(applicant);
        stage.timeline.run();

        admission.cancel(); // its task is still on the way
        Generation<FakeUpstream> b = stage.ready("b");
        stage.timeline.run();

        assertThat(applicant.answered()).isZero();
        assertThat(b.inFlight()).isZero();
    }

    @Test
    void grantedThenCancelledChangesNothing() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant applicant = stage.applicant();

        stage.service.admit(applicant).cancel();
        stage.timeline.run();

        assertThat(a.inFlight()).isEqualTo(1);
    }

    @Test
    void theLastInTheQueueCancelsThenTheDoorIsOpenAgain() {
        stage.ready("a").gone("crash");
        stage.arrive(64);
        FakeApplicant last = stage.applicant();
        Admission admission = stage.service.admit(last);
        stage.timeline.run();
        stage.ready("b"); // 64 released, the last one waits for a slot

        admission.cancel();
        stage.timeline.run();

        FakeApplicant newcomer = stage.applicant();
        stage.service.admit(newcomer);
        assertThat(newcomer.fate()).isEqualTo("b");
    }

    @Test
    void admittedThenExpiredBeforeItArrivedIsRefused() {
        Generation<FakeUpstream> a = stage.ready("a", withHold(Duration.ofSeconds(1)));
        a.gone("crash");
        FakeApplicant applicant = stage.applicant();
        stage.service.admit(applicant);

        stage.pass(Duration.ofSeconds(1));

        assertThat(applicant.fate()).isEqualTo("EXPIRED");
    }

    @Test
    void aDoorThatWasOpenAMomentAgoLeadsIntoTheQueue() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant first = stage.arrives();

        a.drain("stopping");
        FakeApplicant second = stage.arrives();

        assertThat(first.fate()).isEqualTo("a");
        assertThat(second.fate()).isEqualTo("waiting");
    }

    @Test
    void aSessionThatIsNotReadyYetDoesNotEndTheWaitingOfOthers() {
        stage.ready("a").gone("crash");
        FakeApplicant held = stage.arrives();
        stage.passSeconds(5);
        Generation<FakeUpstream> b = stage.connects("b", RegistrationOptions.DEFAULTS);
        stage.passSeconds(24);
        assertThat(held.fate()).isEqualTo("waiting");

        b.ready();

        assertThat(held.fate()).isEqualTo("b");
    }

    @Test
    void theWindowPassesWhileASessionIsNotReadyThenTheRouteStaysAndEachHasItsOwnLimit() {
        stage.ready("a").gone("crash");
        FakeApplicant early = stage.arrives();
        Generation<FakeUpstream> b = stage.connects("b", RegistrationOptions.DEFAULTS);
        stage.passSeconds(20);
        FakeApplicant late = stage.arrives();

        stage.passSeconds(10);
        assertThat(early.fate()).isEqualTo("EXPIRED");
        assertThat(late.fate()).isEqualTo("waiting");
        assertThat(stage.lifecycle).isEmpty();

        stage.passSeconds(15);
        b.ready();
        assertThat(late.fate()).isEqualTo("b");
    }

    @Test
    void theWindowPassesThenTheSessionThatWasNeverReadyGoesThenTheServiceExpires() {
        stage.ready("a").gone("crash");
        Generation<FakeUpstream> b = stage.connects("b", RegistrationOptions.DEFAULTS);
        stage.passSeconds(40);
        FakeApplicant held = stage.arrives();

        b.gone("crash");

        assertThat(held.fate()).isEqualTo("EXPIRED");
        assertThat(held.refusal().sentence()).contains("has not become ready for 40.0 s");
        assertThat(stage.lifecycle).containsExactly("expired", "empty");
    }

    @Test
    void aSessionThatWasNeverReadyDoesNotOpenAWindow() {
        Generation<FakeUpstream> first = stage.connects("a", RegistrationOptions.DEFAULTS);
        assertThat(stage.arrives().fate()).isEqualTo("waiting"); // registered, so it may wait

        first.gone("crash");

        assertThat(stage.applicants.get(0).fate()).isEqualTo("EXPIRED");
        assertThat(stage.lifecycle).containsExactly("expired", "empty");
    }

    @Test
    void sessionsThatComeAndGoWithoutBeingReadyDoNotExtendTheWindow() {
        stage.ready("a").gone("crash");
        for (int i = 0; i < 29; i++) {
            Generation<FakeUpstream> crashing = stage.connects("b" + i, RegistrationOptions.DEFAULTS);
            stage.passSeconds(1);
            crashing.gone("crash");
        }
        assertThat(stage.lifecycle).isEmpty();

        stage.passSeconds(1);

        assertThat(stage.lifecycle).containsExactly("expired", "empty");
    }

    @Test
    void anExpiredServiceCanBeClaimedAgain() throws Exception {
        stage.ready("a").gone("crash");
        stage.passSeconds(30);

        Generation<FakeUpstream> other =
                stage.service.register(new FakeUpstream("b"), RegistrationOptions.DEFAULTS, "somebody else");
        other.ready();

        assertThat(other.number()).isEqualTo(2);
        assertThat(stage.arrives().fate()).isEqualTo("b");
    }

    @Test
    void anApplicantThatThrowsHarmsNobodyElse() {
        stage.ready("a").gone("crash");
        stage.service.admit(new Applicant<>() {
            @Override
            public void onGranted(Grant<FakeUpstream> grant) {
                grant.ended();
                throw new IllegalStateException("its client is gone");
            }

            @Override
            public void onRefused(Refusal refusal) {}
        });
        FakeApplicant next = stage.arrives();

        stage.ready("b");

        assertThat(next.fate()).isEqualTo("b");
        assertThat(stage.events).contains("fault in a callback of service web: its client is gone");
    }

    @Test
    void aStoppedTimelineRefusesInsteadOfForgetting() {
        stage.ready("a").gone("crash");
        Stage stopped = new Stage();
        stopped.ready("a").gone("crash");
        stopped.timeline.stop();

        FakeApplicant applicant = stopped.applicant();
        stopped.service.admit(applicant);

        assertThat(applicant.fate()).isEqualTo("GONE");
        assertThat(stopped.budget.taken()).isZero();
    }
}
