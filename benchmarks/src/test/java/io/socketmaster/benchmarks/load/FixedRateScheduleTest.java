package io.socketmaster.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class FixedRateScheduleTest {
    private static final long MILLI = 1_000_000;

    private final FixedRateSchedule schedule = new FixedRateSchedule(1_000);

    @Test
    void theFirstIsDueAtOnceAndTheOthersFollowAtTheSameDistance() {
        assertThat(schedule.next()).isZero();
        assertThat(schedule.next()).isEqualTo(MILLI);
        assertThat(schedule.next()).isEqualTo(2 * MILLI);
    }

    @Test
    void whatWasNotTakenInTimeStaysDueAtItsOwnTime() {
        long late = 5 * MILLI;
        int due = 0;
        while (schedule.hasDue(late)) {
            assertThat(schedule.next()).isEqualTo(due++ * MILLI);
        }
        assertThat(due).isEqualTo(6);
    }

    @Test
    void nothingIsDueBeforeItsTime() {
        schedule.next();
        assertThat(schedule.hasDue(MILLI - 1)).isFalse();
        assertThat(schedule.hasDue(MILLI)).isTrue();
    }

    @Test
    void theRateDoesNotDriftWhereItsDistanceIsNoWholeNumberOfNanoseconds() {
        FixedRateSchedule odd = new FixedRateSchedule(30_000.7);
        long due = 0;
        for (int i = 0; i <= 300_007; i++) {
            due = odd.next();
        }
        assertThat(due).isEqualTo(10_000_000_000L);
    }

    @Test
    void aRateOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FixedRateSchedule(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FixedRateSchedule(Double.NaN));
    }
}
