package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.RegistrationOptions.Policy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract section 3: the release is gentle to a cold service: 64 at once, then doubling. */
class GentleReleaseTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private List<FakeApplicant> held(int count) {
        stage.ready("a").gone("crash");
        return stage.arrive(count);
    }

    private long granted() {
        return stage.granted.size();
    }

    /** The service takes all that it has not taken before, as in one round trip. */
    private void oneRoundTrip(List<FakeApplicant> applicants) {
        applicants.stream()
                .filter(applicant -> applicant.grant() != null)
                .forEach(applicant -> applicant.grant().established());
        stage.timeline.run();
    }

    @Test
    void sixtyFourAtOnceThenDoublingWithEachRoundTrip() {
        List<FakeApplicant> held = held(1_000);

        stage.ready("b");
        assertThat(granted()).isEqualTo(64);
        oneRoundTrip(held);
        assertThat(granted()).isEqualTo(64 + 128);
        oneRoundTrip(held);
        assertThat(granted()).isEqualTo(64 + 128 + 256);
        oneRoundTrip(held);
        assertThat(granted()).isEqualTo(64 + 128 + 256 + 512);
        oneRoundTrip(held);
        assertThat(granted()).isEqualTo(1_000);
    }

    @Test
    void aStreamThatEndsWithoutHavingBeenEstablishedFreesItsSlotToo() {
        List<FakeApplicant> held = held(70);
        stage.ready("b");

        stage.ends(held.get(0));

        assertThat(granted()).isEqualTo(66);
    }

    @Test
    void establishedThenEndedCountsOnce() {
        List<FakeApplicant> held = held(70);
        stage.ready("b");

        held.get(0).grant().established();
        held.get(0).grant().established();
        stage.ends(held.get(0));

        assertThat(granted()).isEqualTo(66);
    }

    @Test
    void aServiceThatNeverAcknowledgesGetsTheNextAfterASecond() {
        held(200);
        stage.ready("b");

        stage.pass(Duration.ofMillis(999));
        assertThat(granted()).isEqualTo(64);
        stage.pass(Duration.ofMillis(1));
        assertThat(granted()).isEqualTo(128);
        stage.pass(Duration.ofSeconds(1));
        assertThat(granted()).isEqualTo(192);
        stage.pass(Duration.ofSeconds(1));
        assertThat(granted()).isEqualTo(200);
    }

    @Test
    void aLateAcknowledgementAfterItsSlotWasFreedByTimeWidensNothing() {
        List<FakeApplicant> held = held(200);
        stage.ready("b");
        stage.passSeconds(1);

        held.get(0).grant().established();
        stage.timeline.run();

        assertThat(granted()).isEqualTo(128);
    }

    @Test
    void someAreTakenThenTheOthersAreFreedInTheirOwnTime() {
        List<FakeApplicant> held = held(300);
        stage.ready("b");
        stage.pass(Duration.ofMillis(500));
        held.subList(0, 32).forEach(one -> one.grant().established());
        stage.timeline.run();
        assertThat(granted()).isEqualTo(64 + 64);

        stage.pass(Duration.ofMillis(500)); // the 32 of the first burst
        assertThat(granted()).isEqualTo(128 + 32);
        stage.pass(Duration.ofMillis(500)); // the 64 of the second
        assertThat(granted()).isEqualTo(160 + 64);
    }

    @Test
    void newArrivalsQueueBehindThoseWhoWait() {
        List<FakeApplicant> held = held(65);
        stage.ready("b");
        FakeApplicant newcomer = stage.arrives();
        assertThat(newcomer.fate()).isEqualTo("waiting");

        held.get(0).grant().established();
        stage.timeline.run();

        assertThat(stage.granted).endsWith("r65", "r66");
    }

    @Test
    void theDoorOpensWhenTheQueueIsEmpty() {
        List<FakeApplicant> held = held(65);
        stage.ready("b");
        stage.ends(held.get(0));

        FakeApplicant newcomer = stage.applicant();
        stage.service.admit(newcomer);

        assertThat(newcomer.fate()).isEqualTo("b");
        assertThat(stage.timeline.timers()).isZero();
    }

    @Test
    void releasingThenGoneThenTheNextReturnStartsGentlyAgain() {
        List<FakeApplicant> held = held(300);
        Generation<FakeUpstream> b = stage.ready("b");
        oneRoundTrip(held);
        assertThat(granted()).isEqualTo(64 + 128);
        b.gone("crash");
        stage.timeline.run();
        assertThat(granted()).isEqualTo(64 + 128);

        stage.ready("c");

        assertThat(granted()).isEqualTo(64 + 128 + 64);
        // and what the dead one's streams report has no effect on it
        held.subList(64, 192).forEach(one -> one.grant().ended());
        stage.timeline.run();
        assertThat(granted()).isEqualTo(64 + 128 + 64);
    }

    @Test
    void releasingThenSwappedThenTheNewOneIsTreatedGentlyToo() {
        List<FakeApplicant> held = held(300);
        stage.ready("b");
        oneRoundTrip(held);

        stage.ready("c");

        assertThat(held.stream().filter(one -> one.fate().equals("b"))).hasSize(64 + 128);
        assertThat(held.stream().filter(one -> one.fate().equals("c"))).hasSize(64);
    }

    @Test
    void oneThatJoinsDuringAReleaseTakesItsShare() {
        List<FakeApplicant> held = held(300);
        stage.ready("b", Policy.JOIN);
        stage.ready("c", Policy.JOIN);

        assertThat(held.stream().filter(one -> one.fate().equals("c"))).hasSize(64);
    }

    @Test
    void oneMemberLeavesDuringAReleaseThenTheReleaseGoesOnAsItWas() {
        List<FakeApplicant> held = held(300);
        stage.ready("b", Policy.JOIN);
        Generation<FakeUpstream> c = stage.ready("c", Policy.JOIN);
        assertThat(granted()).isEqualTo(128);

        c.gone("crash");
        stage.timeline.run();

        assertThat(granted()).isEqualTo(128);
        oneRoundTrip(held);
        assertThat(granted()).isEqualTo(128 + 128);
    }
}
