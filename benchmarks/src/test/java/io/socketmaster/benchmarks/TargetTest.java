package io.socketmaster.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TargetTest {
    @Test
    void moreIsBetterUnlessLessIsWanted() {
        assertThat(Target.atLeast(1.2).verdict(1.2)).isEqualTo("met");
        assertThat(Target.atLeast(1.2).verdict(1.19)).isEqualTo("not met");
        assertThat(Target.atMost(1.25).verdict(1.25)).isEqualTo("met");
        assertThat(Target.atMost(1.25).verdict(1.26)).isEqualTo("not met");
    }

    @Test
    void aShareOfNothingIsNeither() {
        assertThat(Target.atLeast(1).verdict(Double.NaN)).isEqualTo("-");
        assertThat(Target.atLeast(1).verdict(Double.POSITIVE_INFINITY)).isEqualTo("-");
    }

    @Test
    void isWrittenAsItWasAgreed() {
        assertThat(Target.atLeast(1.0)).hasToString("≥ 1.0");
        assertThat(Target.atMost(1.25)).hasToString("≤ 1.25");
        assertThat(Target.atLeast(2_000)).hasToString("≥ 2,000");
    }
}
