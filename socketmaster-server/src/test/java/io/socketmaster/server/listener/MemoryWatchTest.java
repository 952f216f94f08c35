package io.socketmaster.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.config.MemorySettings;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.relay.Stalls;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
    private final List<String> told = new ArrayList<>();
    private final DaemonEvents events = new DaemonEvents() {
        @Override
        public void memoryChanged(String state, int tcpPercent, int bufferPercent) {
            told.add(state + " " + tcpPercent + " " + bufferPercent);
        }
    };
    private long nowNanos = Long.MAX_VALUE - 1; // about to run over
    private int looks;
    private MemoryUse use = new MemoryUse(0, 0);
    private final MemoryWatch watch = new MemoryWatch(
            MemorySettings.DEFAULTS,
            () -> {
                looks++;
                return use;
            },
            () -> nowNanos,
            events);

    private boolean boundedAfterMillis(long millis) {
        nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
        return watch.areSendsBounded();
    }

    @Test
    void manyWhoSendLookOnceIn25Milliseconds() {
        for (int i = 0; i < 50; i++) {
            boundedAfterMillis(1);
        }

        assertThat(looks).isEqualTo(2);
    }

    @Test
    void whileMemoryIsTightSendsAreBoundedAndBothEndsOfThatAreTold() {
        assertThat(boundedAfterMillis(0)).isFalse();
        use = new MemoryUse(50, 3);
        assertThat(boundedAfterMillis(24)).isFalse();
        assertThat(boundedAfterMillis(1)).isTrue();
        assertThat(boundedAfterMillis(25)).isTrue();
        use = new MemoryUse(20, 2);
        assertThat(boundedAfterMillis(25)).isFalse();

        assertThat(told).containsExactly("tight 50 3", "enough 20 2");
    }

    @Test
    void onlyWhenMemoryIsShortAreThoseCutOffThatTakeNothing() {
        List<String> cutOff = new ArrayList<>();
        long since = nowNanos;
        watch.stalls().begin(new Stalls.Stalled() {
            @Override
            public long sinceNanos() {
                return since;
            }

            @Override
            public void cutOff() {
                cutOff.add("cut off");
            }
        });
        use = new MemoryUse(99, 49);
        boundedAfterMillis(1_000);
        assertThat(cutOff).isEmpty();

        use = new MemoryUse(99, 50);
        boundedAfterMillis(25);
        assertThat(cutOff).hasSize(1);
    }
}
