package io.socketmaster.client.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.client.forward.Presence.State;
import io.socketmaster.client.forward.Presence.Step;
import io.socketmaster.client.forward.Presence.Tell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PresenceTest {
    private static final HealthCheck CHECK =
            HealthCheck.tcp().every(Duration.ofSeconds(7)).failingAfter(2);

    private final Presence unchecked = new Presence(Optional.empty());
    private final Presence checked = new Presence(Optional.of(CHECK));

    private static Step step(Tell tell, Duration lookIn) {
        return new Step(tell, Optional.of(lookIn));
    }

    private static Step step(Tell tell) {
        return new Step(tell, Optional.empty());
    }

    @Test
    void itIsLookedForAtOnceAndTakesNothingBeforeItAnswers() {
        assertThat(unchecked.onStarting()).isEqualTo(step(Tell.NOTHING, Duration.ZERO));
        assertThat(unchecked.takesStreams()).isFalse();
    }

    @Test
    void oneThatAnswersIsReadyAndNotLookedAtAgain() {
        assertThat(unchecked.onWell()).isEqualTo(step(Tell.READY));
        assertThat(unchecked.takesStreams()).isTrue();
    }

    @Test
    void oneWithACheckIsLookedAtAgainAndAgain() {
        assertThat(checked.onWell()).isEqualTo(step(Tell.READY, CHECK.interval()));
        assertThat(checked.onWell()).isEqualTo(step(Tell.NOTHING, CHECK.interval()));
    }

    @Test
    void aRefusedConnectionStandsByOnceAndLooksWithGrowingIntervals() {
        unchecked.onWell();
        assertThat(unchecked.onNoConnection().tell()).isEqualTo(Tell.STAND_BY);

        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Step step = unchecked.onNoConnection();
            assertThat(step.tell()).isEqualTo(Tell.NOTHING);
            delays.add(step.lookIn().orElseThrow().toMillis());
        }
        assertThat(delays).containsExactly(40L, 80L, 160L, 320L, 640L, 1000L, 1000L, 1000L, 1000L);
        assertThat(unchecked.onWell().tell()).isEqualTo(Tell.READY);
        assertThat(unchecked.onNoConnection()).isEqualTo(step(Tell.STAND_BY, Presence.FIRST_LOOK));
    }

    @Test
    void aFewFailedChecksChangeNothing() {
        checked.onWell();
        assertThat(checked.onUnwell()).isEqualTo(step(Tell.NOTHING, CHECK.interval()));
        checked.onWell();
        assertThat(checked.onUnwell()).isEqualTo(step(Tell.NOTHING, CHECK.interval()));
        assertThat(checked.state()).isEqualTo(State.THERE);
    }

    @Test
    void enoughFailedChecksInARowLeaveTheRotationUnlessItIsTheLastAndThatIsAskedEachTime() {
        checked.onWell();
        checked.onUnwell();

        assertThat(checked.onUnwell()).isEqualTo(step(Tell.STAND_BY_UNLESS_LAST, CHECK.interval()));
        assertThat(checked.onUnwell()).isEqualTo(step(Tell.STAND_BY_UNLESS_LAST, CHECK.interval()));
        assertThat(checked.takesStreams()).isTrue(); // it may be the last one
        assertThat(checked.onWell()).isEqualTo(step(Tell.READY, CHECK.interval()));
    }

    @Test
    void oneThatFailsItsChecksAndThenRefusesStandsByInAnyCase() {
        checked.onWell();
        checked.onUnwell();
        checked.onUnwell();

        assertThat(checked.onNoConnection().tell()).isEqualTo(Tell.STAND_BY);
        assertThat(checked.takesStreams()).isFalse();
    }

    @Test
    void oneThatListensAndHasNotBeenWellYetIsWaitedFor() {
        checked.onStarting();
        assertThat(checked.onUnwell()).isEqualTo(step(Tell.NOTHING, Presence.FIRST_LOOK));
        assertThat(checked.takesStreams()).isFalse();
    }

    @Test
    void oneThatIsKnownToBeGoneIsNotLookedForUntilItStarts() {
        unchecked.onWell();
        assertThat(unchecked.onGone()).isEqualTo(step(Tell.STAND_BY));
        assertThat(unchecked.looks()).isFalse();
        assertThat(unchecked.onWell()).isEqualTo(step(Tell.NOTHING));
        assertThat(unchecked.onNoConnection()).isEqualTo(step(Tell.NOTHING));
        assertThat(unchecked.onUnwell()).isEqualTo(step(Tell.NOTHING));

        assertThat(unchecked.onStarting()).isEqualTo(step(Tell.NOTHING, Duration.ZERO));
        assertThat(unchecked.onWell().tell()).isEqualTo(Tell.READY);
    }

    @Test
    void oneThatMovesWhileItIsThereStandsByUntilItAnswersInItsNewPlace() {
        unchecked.onWell();
        assertThat(unchecked.onStarting()).isEqualTo(step(Tell.STAND_BY, Duration.ZERO));
    }
}
