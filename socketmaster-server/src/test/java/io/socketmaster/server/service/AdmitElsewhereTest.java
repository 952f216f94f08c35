package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract section 5: what a live session gave up is sent once more, elsewhere if possible, with its deadline. */
class AdmitElsewhereTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private FakeApplicant elsewhere(FakeApplicant before) {
        FakeApplicant next = stage.applicant();
        stage.service.admitElsewhere(next, before.grant());
        stage.timeline.run();
        return next;
    }

    @Test
    void anotherSessionTakesItIfOneCan() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.JOIN);
        FakeApplicant first = stage.arrives();
        stage.ready("b", Policy.JOIN);

        assertThat(elsewhere(first).fate()).isEqualTo("b");
        assertThat(a.inFlight()).isZero();
        assertThat(stage.service.status().replayed()).isEqualTo(1);
    }

    @Test
    void elseTheSameSessionGetsItOnceMore() {
        Generation<FakeUpstream> a = stage.ready("a");

        assertThat(elsewhere(stage.arrives()).fate()).isEqualTo("a");
        assertThat(a.inFlight()).isEqualTo(1);
    }

    @Test
    void oneThatRefusedItBeforeDoesNotGetIt() {
        stage.ready("a", Policy.JOIN);
        FakeApplicant first = stage.arrives();
        stage.ready("b", Policy.JOIN);
        FakeApplicant second = stage.applicant();
        stage.service.admitAgain(second, first.grant());
        assertThat(second.fate()).isEqualTo("b");

        assertThat(elsewhere(second).fate()).as("a refused it").isEqualTo("b");
    }

    @Test
    void heldThenItsTimeCountsFromWhenItCame() {
        Generation<FakeUpstream> a = stage.ready("a");
        FakeApplicant first = stage.arrives();
        stage.passSeconds(20);
        a.gone("crash");

        FakeApplicant second = elsewhere(first);

        stage.passSeconds(9);
        assertThat(second.fate()).isEqualTo("waiting");
        stage.passSeconds(1);
        assertThat(second.fate()).isEqualTo("EXPIRED");
        assertThat(second.refusal().sentence()).contains("waited 30.0 s");
    }

    @Test
    void refusedByTheSameSessionThenItsTimeCountsFromWhenItCame() {
        stage.ready("a");
        FakeApplicant first = stage.arrives();
        stage.passSeconds(20);
        FakeApplicant second = elsewhere(first);
        FakeApplicant third = stage.applicant();
        stage.service.admitAgain(third, second.grant());
        stage.timeline.run();
        assertThat(third.fate()).isEqualTo("waiting");

        stage.passSeconds(10);
        assertThat(third.fate()).isEqualTo("EXPIRED");
    }

    @Test
    void aPauseThatRejectsWhatIsNewDoesNotRejectWhatWasInFlight() {
        stage.ready("a");
        FakeApplicant first = stage.arrives();
        stage.service.pause(new PauseOrder(PauseMode.REJECT, Optional.empty(), "deploy"));

        FakeApplicant second = elsewhere(first);
        assertThat(second.fate()).isEqualTo("waiting");
        stage.service.resume("done");

        assertThat(second.fate()).isEqualTo("a");
    }
}
