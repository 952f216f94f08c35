package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract section 4: a new generation takes the traffic. */
class HandoverTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private static String state(Generation<FakeUpstream> generation) {
        return generation.state().word();
    }

    // --- replace

    @Test
    void theMomentTheNewGenerationIsReadyEverythingNewGoesToIt() {
        stage.ready("a");
        Generation<FakeUpstream> b = stage.connects("b", RegistrationOptions.DEFAULTS);
        assertThat(stage.arrives().fate()).isEqualTo("a");

        b.ready();

        assertThat(stage.arrive(10)).extracting(FakeApplicant::fate).containsOnly("b");
    }

    @Test
    void theOldOneIsToldAndFinishesWhatIsInFlight() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant running = stage.arrives();

        stage.ready("b");

        assertThat(Stage.told(a)).containsExactly("replaced PT30S");
        assertThat(state(a)).isEqualTo("draining");
        assertThat(a.inFlight()).isEqualTo(1);
        assertThat(stage.events).contains("swapped 1 2");
        stage.passSeconds(15);
        stage.ends(running);
        assertThat(Stage.told(a)).containsExactly("replaced PT30S", "drained");
    }

    @Test
    void aReplacedGenerationIsCalledDrainedOnlyWhenItCannotBeTakenBackAnyMore() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.ready("b");

        stage.pass(Duration.ofSeconds(10).minusNanos(1));
        assertThat(Stage.told(a)).containsExactly("replaced PT30S");
        stage.pass(Duration.ofNanos(1));

        assertThat(Stage.told(a)).containsExactly("replaced PT30S", "drained");
    }

    @Test
    void replacedThenItsDeadlinePassesThenItIsClosed() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrive(3);
        stage.ready("b");

        stage.pass(Duration.ofSeconds(30).minusNanos(1));
        assertThat(state(a)).isEqualTo("draining");
        stage.pass(Duration.ofNanos(1));

        assertThat(Stage.told(a)).last().isEqualTo("close: drain deadline of 30.0 s passed with 3 in flight");
        assertThat(state(a)).isEqualTo("gone");
        assertThat(stage.events).contains("gone 1 with 3");
    }

    @Test
    void anyNumberOfGenerationsMayDrainAtOnce() {
        List<Generation<FakeUpstream>> deploys = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            deploys.add(stage.ready("g" + i));
            assertThat(stage.arrives().fate()).isEqualTo("g" + i);
        }

        assertThat(deploys.subList(0, 49))
                .allSatisfy(old -> assertThat(state(old)).isEqualTo("draining"));
        stage.passSeconds(10);
        stage.applicants.forEach(stage::ends);
        assertThat(deploys.subList(0, 49))
                .allSatisfy(old -> assertThat(Stage.told(old)).endsWith("drained"));
    }

    @Test
    void anOldReleaseThatIsReadyLateDoesNotTakeTheTrafficFromItsSuccessor() {
        Generation<FakeUpstream> slow = stage.connects("slow", RegistrationOptions.DEFAULTS);
        stage.ready("fast");

        slow.ready();

        assertThat(stage.arrives().fate()).isEqualTo("fast");
        assertThat(Stage.told(slow)).containsExactly("replaced PT30S");
    }

    @Test
    void readySaidTwiceOrTooLateChangesNothing() {
        Generation<FakeUpstream> a = stage.ready("a");
        Generation<FakeUpstream> b = stage.ready("b");
        b.ready();
        a.ready();
        assertThat(stage.arrives().fate()).isEqualTo("b");
        b.gone("crash");
        a.gone("crash");
        b.ready();
        assertThat(stage.arrives().fate()).isEqualTo("waiting");
    }

    // --- rollback

    @Test
    void theNewGenerationDiesWithinTenSecondsThenTheOldOneIsTakenBack() {
        Generation<FakeUpstream> a = stage.ready("a");
        Generation<FakeUpstream> b = stage.ready("b");
        stage.pass(Duration.ofSeconds(10).minusNanos(1));

        b.gone("crash");

        assertThat(state(a)).isEqualTo("ready");
        assertThat(stage.arrives().fate()).isEqualTo("a");
        assertThat(stage.events).contains("taken back 1").doesNotContain("absent PT30S");
        stage.pass(Duration.ofMinutes(1));
        assertThat(Stage.told(a)).containsExactly("replaced PT30S", "taken back"); // no deadline any more
    }

    @Test
    void theNewGenerationDiesLaterThenTheOldOneIsNotTakenBack() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrives();
        Generation<FakeUpstream> b = stage.ready("b");
        stage.passSeconds(10);

        b.gone("crash");

        assertThat(state(a)).isEqualTo("draining");
        assertThat(stage.arrives().fate()).isEqualTo("waiting");
    }

    @Test
    void theNewGenerationLeavesInGoodOrderWithinTenSecondsThenTheOldOneIsTakenBackToo() {
        Generation<FakeUpstream> a = stage.ready("a");
        Generation<FakeUpstream> b = stage.ready("b");

        b.drain("the deploy was called off");

        assertThat(state(a)).isEqualTo("ready");
        assertThat(Stage.told(b)).containsExactly("drained");
    }

    @Test
    void replacedThenTheOldOneAsksToLeaveThenItIsNotTakenBack() {
        Generation<FakeUpstream> a = stage.ready("a");
        Generation<FakeUpstream> b = stage.ready("b");

        a.drain("told that it was replaced");
        assertThat(Stage.told(a)).containsExactly("replaced PT30S", "drained"); // at once: it wants nothing more
        b.gone("crash");

        assertThat(stage.arrives().fate()).isEqualTo("waiting");
        assertThat(state(a)).isEqualTo("draining");
    }

    @Test
    void replacedTwiceThenTheNewestDiesThenOnlyTheOneBeforeItIsTakenBack() {
        Generation<FakeUpstream> a = stage.ready("a");
        Generation<FakeUpstream> b = stage.ready("b");
        Generation<FakeUpstream> c = stage.ready("c");

        c.gone("crash");
        assertThat(List.of(state(a), state(b))).containsExactly("draining", "ready");
        b.gone("crash");

        assertThat(state(a)).isEqualTo("ready");
    }

    @Test
    void allThatJoinedAreTakenBackTogether() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        Generation<FakeUpstream> b = stage.ready("b", Policy.JOIN);
        Generation<FakeUpstream> c = stage.ready("c", Policy.REPLACE);
        assertThat(List.of(state(a), state(b), state(c))).containsExactly("draining", "draining", "ready");

        c.gone("crash");

        assertThat(List.of(state(a), state(b))).containsOnly("ready");
    }

    @Test
    void takenBackThenReplacedAgainHasAFullDeadlineAgain() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.arrives();
        stage.ready("b").gone("crash");
        stage.passSeconds(25);

        stage.ready("c");
        stage.passSeconds(29);

        assertThat(state(a)).isEqualTo("draining");
        assertThat(Stage.told(a)).containsExactly("replaced PT30S", "taken back", "replaced PT30S");
    }

    @Test
    void oneThatWasReadyTooLateAndTheOneBeforeItThenOnlyTheNewerIsTakenBack() {
        Generation<FakeUpstream> a = stage.ready("a");
        Generation<FakeUpstream> late = stage.connects("late", RegistrationOptions.DEFAULTS);
        Generation<FakeUpstream> c = stage.ready("c");
        late.ready();

        c.gone("crash");

        assertThat(List.of(state(a), state(late))).containsExactly("draining", "ready");
    }

    // --- join

    @Test
    void underJoinRequestsGoToTheSessionWithTheFewestInFlight() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        Generation<FakeUpstream> b = stage.ready("b", Policy.JOIN);

        stage.arrive(20);

        assertThat(List.of(a.inFlight(), b.inFlight())).containsExactly(10, 10);
    }

    @Test
    void underJoinByWeight() {
        Generation<FakeUpstream> a = stage.ready("a", Stage.options(Policy.JOIN, "", 100, Duration.ofSeconds(30)));
        Generation<FakeUpstream> b = stage.ready("b", Stage.options(Policy.JOIN, "", 300, Duration.ofSeconds(30)));

        stage.arrive(40);

        assertThat(List.of(a.inFlight(), b.inFlight())).containsExactly(10, 30);
    }

    @Test
    void underJoinOneThatLeavesIsNotMissed() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        stage.ready("b", Policy.JOIN);

        a.gone("crash");

        assertThat(stage.arrive(4)).extracting(FakeApplicant::fate).containsOnly("b");
    }

    @Test
    void amongEqualsChanceDecidesByWeight() {
        Generation<FakeUpstream> a = stage.ready("a", Stage.options(Policy.JOIN, "", 100, Duration.ofSeconds(30)));
        Generation<FakeUpstream> b = stage.ready("b", Stage.options(Policy.JOIN, "", 300, Duration.ofSeconds(30)));
        Members<FakeUpstream> members = new Members<>(List.of(a, b));

        Map<Integer, Integer> picks = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            picks.merge(members.pick(null).number(), 1, Integer::sum);
        }

        assertThat(picks.get(2)).isBetween(7_000, 8_000);
    }

    @Test
    void oneOfWeightZeroGetsNothingAsLongAsAnotherHasWeight() {
        stage.ready("a", Stage.options(Policy.JOIN, "", 0, Duration.ofSeconds(30)));
        Generation<FakeUpstream> b = stage.ready("b", Policy.JOIN);
        assertThat(stage.arrive(10)).extracting(FakeApplicant::fate).containsOnly("b");

        b.gone("crash");

        assertThat(stage.arrives().fate()).isEqualTo("a");
    }

    @Test
    void onlyMembersOfWeightZeroShareEqually() {
        Generation<FakeUpstream> a = stage.ready("a", Stage.options(Policy.JOIN, "", 0, Duration.ofSeconds(30)));
        Generation<FakeUpstream> b = stage.ready("b", Stage.options(Policy.JOIN, "", 0, Duration.ofSeconds(30)));

        stage.arrive(10);

        assertThat(List.of(a.inFlight(), b.inFlight())).containsExactly(5, 5);
    }

    // --- standby

    @Test
    void aStandbyTakesTrafficOnlyWhileTheOthersAreGone() {
        Generation<FakeUpstream> primary = stage.ready("primary");
        Generation<FakeUpstream> backup = stage.ready("backup", Policy.STANDBY);
        assertThat(stage.arrives().fate()).isEqualTo("primary");
        assertThat(state(backup)).isEqualTo("standby");

        primary.gone("crash");
        FakeApplicant onBackup = stage.arrives();
        assertThat(onBackup.fate()).isEqualTo("backup");

        stage.ready("primary again");
        assertThat(stage.arrives().fate()).isEqualTo("primary again");
        assertThat(state(backup)).isEqualTo("standby");
        assertThat(backup.inFlight()).isEqualTo(1); // finishes there
        stage.ends(onBackup);
        assertThat(Stage.told(backup)).isEmpty();
    }

    @Test
    void ofSeveralStandbysOneTakesTheTraffic() {
        Generation<FakeUpstream> first = stage.ready("first", Policy.STANDBY);
        stage.ready("second", Policy.STANDBY);
        assertThat(stage.arrive(5)).extracting(FakeApplicant::fate).containsOnly("first");

        first.gone("crash");

        assertThat(stage.arrives().fate()).isEqualTo("second");
    }

    @Test
    void heldThenAStandbyConnectsThenItTakesThem() {
        stage.ready("a").gone("crash");
        FakeApplicant held = stage.arrives();

        stage.ready("backup", Policy.STANDBY);

        assertThat(held.fate()).isEqualTo("backup");
    }

    @Test
    void aGenerationThatMayBeTakenBackGoesBeforeAStandby() {
        stage.ready("backup", Policy.STANDBY);
        stage.ready("a");
        Generation<FakeUpstream> b = stage.ready("b");

        b.gone("crash");

        assertThat(stage.arrives().fate()).isEqualTo("a");
    }

    @Test
    void aWeightThatChangesCountsForTheNextOne() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        Generation<FakeUpstream> b = stage.ready("b", Policy.JOIN);

        a.update(a.options().withWeight(0));
        stage.arrive(4).forEach(each -> assertThat(each.fate()).isEqualTo("b"));
        b.update(b.options().withWeight(0));
        a.update(a.options().withWeight(5));

        stage.arrive(4).forEach(each -> assertThat(each.fate()).isEqualTo("a"));
    }
}
