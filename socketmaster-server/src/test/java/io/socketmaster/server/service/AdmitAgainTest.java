package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract section 5, first row: nobody saw it, so it is sent to another session or held again, with its deadline. */
class AdmitAgainTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private FakeApplicant again(FakeApplicant before) {
        FakeApplicant next = stage.applicant();
        stage.service.admitAgain(next, before.grant());
        stage.timeline.run();
        return next;
    }

    @Test
    void refusedThenSentToAnotherSession() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        FakeApplicant first = stage.arrives();
        stage.ready("b", Policy.JOIN);

        FakeApplicant second = again(first);

        assertThat(second.fate()).isEqualTo("b");
        assertThat(a.inFlight()).isZero();
    }

    @Test
    void refusedByAllThenItWaitsForAChangeAndHoldsUpNobody() {
        stage.ready("a", Policy.JOIN);
        stage.ready("b", Policy.JOIN);
        FakeApplicant unlucky = again(again(stage.arrives()));
        assertThat(unlucky.fate()).isEqualTo("waiting"); // no going in circles

        FakeApplicant newcomer = stage.applicant();
        stage.service.admit(newcomer);
        assertThat(newcomer.grant()).isNotNull();
        assertThat(stage.service.held()).isEqualTo(1);

        stage.ready("c", Policy.JOIN);
        assertThat(unlucky.fate()).isEqualTo("c");
        assertThat(stage.service.status().replayed())
                .as("a to b, and then to c")
                .isEqualTo(2);
    }

    @Test
    void refusedByTheOnlyOneThenTheSessionGoesThenItIsHeld() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant held = again(stage.arrives());
        stage.timeline.run();

        a.gone("end of file");
        assertThat(held.fate()).isEqualTo("waiting");
        stage.ready("b");

        assertThat(held.fate()).isEqualTo("b");
    }

    @Test
    void goneThenRefusedThenHeldAgainInFrontOfTheQueue() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant first = stage.arrives();
        stage.passSeconds(1);
        FakeApplicant second = stage.arrives();
        a.gone("crash");
        stage.passSeconds(1);
        stage.arrive(2); // r3, r4

        again(second); // r5
        again(first); // r6

        stage.ready("b");
        assertThat(stage.granted).containsExactly("r1", "r2", "r6", "r5", "r3", "r4");
    }

    @Test
    void heldAgainWithTheOriginalDeadline() {
        stage.ready("a").gone("crash");
        FakeApplicant first = stage.arrives();
        stage.passSeconds(20);
        Generation<FakeUpstream> b = stage.ready("b");
        assertThat(first.fate()).isEqualTo("b");
        stage.passSeconds(5);
        b.gone("crash");

        FakeApplicant second = again(first);

        stage.passSeconds(4);
        assertThat(second.fate()).isEqualTo("waiting");
        stage.passSeconds(1);
        assertThat(second.fate()).isEqualTo("EXPIRED");
        assertThat(second.refusal().sentence()).contains("waited 30.0 s");
    }

    @Test
    void itsDeadlineHasPassedThenOnlyASessionThatIsThereHelps() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant first = stage.arrives();
        FakeApplicant second = stage.arrives();
        stage.passSeconds(60);
        stage.ready("b");
        assertThat(again(first).fate()).isEqualTo("b");
        a.gone("crash");
        stage.service.generations().get(0).gone("crash");

        assertThat(again(second).fate()).isEqualTo("EXPIRED");
    }

    @Test
    void aStreamThatWasRefusedDoesNotQuickenTheRelease() {
        stage.ready("a").gone("crash");
        List<FakeApplicant> held = stage.arrive(70);
        stage.ready("b", Policy.JOIN);
        assertThat(stage.granted).hasSize(64);

        FakeApplicant refused = again(held.get(0));

        assertThat(refused.fate()).isEqualTo("waiting");
        assertThat(stage.granted).hasSize(65);
    }

    @Test
    void noRoomToWaitThenRefusedLikeAnybody() {
        Stage small = new Stage(ServiceSettings.DEFAULTS, 0);
        small.ready("a");
        FakeApplicant first = small.arrives();

        FakeApplicant second = small.applicant();
        small.service.admitAgain(second, first.grant());

        assertThat(second.fate()).isEqualTo("FULL");
        small.close();
    }

    @Test
    void aGrantOfAnotherServiceIsACallersMistake() {
        Stage other = new Stage();
        other.ready("a");
        FakeApplicant theirs = other.arrives();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> stage.service.admitAgain(theirs, theirs.grant()))
                .withMessageContaining("not a grant of service web");
        other.close();
    }
}
