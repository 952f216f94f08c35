package io.socketmaster.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettlingTest {
    private final Settling settling = new Settling();

    private void pass(double keepAlive, double https) {
        settling.beginPass();
        settling.add(Workload.KEEP_ALIVE, keepAlive);
        settling.add(Workload.HTTPS, https);
    }

    @Test
    void onePassTellsNothing() {
        pass(10, 20);
        assertThat(settling.isSettled()).isFalse();
    }

    @Test
    void asLongAsOneRowBecomesMuchCheaperItHasNotSettled() {
        pass(10, 20);
        pass(10, 10);
        assertThat(settling.isSettled()).isFalse();
        pass(9, 9);
        assertThat(settling.isSettled()).isTrue();
    }

    @Test
    void noiseUpwardsIsNoReasonToGoOn() {
        pass(10, 20);
        pass(12, 25);
        assertThat(settling.isSettled()).isTrue();
    }

    @Test
    void aPassInWhichNothingCameHasNotSettled() {
        pass(10, 20);
        pass(Double.NaN, 20);
        assertThat(settling.isSettled()).isFalse();
    }
}
