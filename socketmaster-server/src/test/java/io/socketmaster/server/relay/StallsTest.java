package io.socketmaster.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StallsTest {
    private static final long NOW = -5; // the clock may be negative, and run over

    private final Stalls stalls = new Stalls();
    private final List<Long> cutOff = new ArrayList<>();

    private Stalls.Stalled stalledForMillis(long millis) {
        Stalls.Stalled stalled = new Stalls.Stalled() {
            @Override
            public long sinceNanos() {
                return NOW - TimeUnit.MILLISECONDS.toNanos(millis);
            }

            @Override
            public void cutOff() {
                cutOff.add(millis);
                stalls.end(this);
            }
        };
        stalls.begin(stalled);
        return stalled;
    }

    @Test
    void aQuarterIsCutOffAtATimeThoseFirstThatTookNothingForLongest() {
        for (int i = 1; i <= 8; i++) {
            stalledForMillis(i * 1_000);
        }

        stalls.cutOffLongest(NOW);
        assertThat(cutOff).containsExactly(8_000L, 7_000L);

        stalls.cutOffLongest(NOW);
        assertThat(cutOff).containsExactly(8_000L, 7_000L, 6_000L, 5_000L);
    }

    @Test
    void whoTookSomethingJustNowStays() {
        stalledForMillis(249);

        stalls.cutOffLongest(NOW);

        assertThat(cutOff).isEmpty();
    }

    @Test
    void theLastOneGoesToo() {
        stalledForMillis(250);

        stalls.cutOffLongest(NOW);

        assertThat(cutOff).containsExactly(250L);
    }

    @Test
    void whoTakesSomethingAgainStays() {
        Stalls.Stalled stalled = stalledForMillis(5_000);
        stalls.end(stalled);
        stalls.end(stalled);

        stalls.cutOffLongest(NOW);

        assertThat(cutOff).isEmpty();
    }
}
