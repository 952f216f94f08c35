package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.RegistrationOptions.Policy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service that says {@code standby}: it cannot serve for now, and keeps its place. */
class StandByTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private static String state(Generation<FakeUpstream> generation) {
        return generation.state().word();
    }

    @Test
    void theOnlyOneStandsByThenWhoComesIsHeldUntilItIsReadyAgain() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant running = stage.arrives();

        a.standBy(/* unlessLast= */ false);
        FakeApplicant held = stage.arrives();

        assertThat(state(a)).isEqualTo("standby");
        assertThat(held.fate()).isEqualTo("waiting");
        assertThat(a.inFlight()).isEqualTo(1);
        assertThat(Stage.told(a)).isEmpty();
        stage.ends(running);
        a.ready();
        assertThat(held.fate()).isEqualTo("a");
    }

    @Test
    void whoWasRefusedIsOfferedAgainAfterItStoodBy() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant again = stage.applicant();
        stage.service.admitAgain(again, stage.arrives().grant());
        stage.timeline.run();
        assertThat(again.fate()).isEqualTo("waiting"); // no going in circles

        a.standBy(/* unlessLast= */ false);
        assertThat(again.fate()).isEqualTo("waiting");
        a.ready();

        assertThat(again.fate()).isEqualTo("a");
    }

    @Test
    void whoIsRefusedAfterItStoodByIsHeldForTheTurnThatFollows() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant refused = stage.arrives();
        a.standBy(/* unlessLast= */ false);

        FakeApplicant again = stage.applicant();
        stage.service.admitAgain(again, refused.grant());
        stage.timeline.run();
        a.ready();

        assertThat(again.fate()).isEqualTo("a");
    }

    @Test
    void theHoldIsOverThenTheRouteStaysAndEachWaitsForItsOwnTime() {
        Generation<FakeUpstream> a = stage.ready("a");
        a.standBy(/* unlessLast= */ false);
        stage.passSeconds(31);
        assertThat(stage.lifecycle).isEmpty();

        FakeApplicant late = stage.arrives();
        stage.passSeconds(29);
        a.ready();

        assertThat(late.fate()).isEqualTo("a");
    }

    @Test
    void theHoldIsOverThenWhoWaitedIsRefused() {
        Generation<FakeUpstream> a = stage.ready("a");
        a.standBy(/* unlessLast= */ false);
        FakeApplicant held = stage.arrives();

        stage.passSeconds(31);

        assertThat(held.fate()).isEqualTo("EXPIRED");
    }

    @Test
    void underJoinTheOthersTakeTheTraffic() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        stage.ready("b", Policy.JOIN);

        a.standBy(/* unlessLast= */ true);

        assertThat(stage.arrive(4)).extracting(FakeApplicant::fate).containsOnly("b");
        assertThat(state(a)).isEqualTo("standby");
    }

    @Test
    void theLastOneStaysIfItAsksForThat() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        Generation<FakeUpstream> b = stage.ready("b", Policy.JOIN);

        a.standBy(/* unlessLast= */ true);
        b.standBy(/* unlessLast= */ true);

        assertThat(state(b)).isEqualTo("ready");
        assertThat(stage.arrives().fate()).isEqualTo("b");
        a.ready();
        b.standBy(/* unlessLast= */ true);
        assertThat(state(b)).isEqualTo("standby");
        assertThat(stage.arrives().fate()).isEqualTo("a");
    }

    @Test
    void aBackupTakesTheTrafficMeanwhile() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.ready("backup", Policy.STANDBY);

        a.standBy(/* unlessLast= */ true);
        assertThat(stage.arrives().fate()).isEqualTo("backup");

        a.ready();
        assertThat(stage.arrives().fate()).isEqualTo("a");
    }

    @Test
    void aNewGenerationWhoseProgramFailsWithinTenSecondsGivesTheTrafficBack() {
        stage.ready("a");
        Generation<FakeUpstream> b = stage.ready("b");

        b.standBy(/* unlessLast= */ false);

        assertThat(stage.arrives().fate()).isEqualTo("a");
    }

    @Test
    void saidByOneThatWasReplacedItChangesNothing() {
        Generation<FakeUpstream> a = stage.ready("a");
        stage.ready("b");

        a.standBy(/* unlessLast= */ false);

        assertThat(state(a)).isEqualTo("draining");
    }

    @Test
    void saidByABackupThatIsNotNeededThenItIsNotAskedUntilItIsReady() {
        Generation<FakeUpstream> a = stage.ready("a");
        Generation<FakeUpstream> backup = stage.ready("backup", Policy.STANDBY);
        backup.standBy(/* unlessLast= */ false);

        a.gone("crash");
        FakeApplicant held = stage.arrives();
        assertThat(held.fate()).isEqualTo("waiting");

        backup.ready();
        assertThat(held.fate()).isEqualTo("backup");
    }
}
