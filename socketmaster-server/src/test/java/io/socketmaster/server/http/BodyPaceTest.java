package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Contract section 10: a body may be slow, but not for ever. */
class BodyPaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final BodyPace pace = new BodyPace(256, Duration.ofSeconds(10));

    @Test
    void theGraceCountsOnlyWhileWeAsk() {
        assertThat(pace.patience()).isEqualTo(Duration.ofSeconds(10));
        pace.ask(0);
        pace.ask(3 * SECOND);
        pace.came(1, 4 * SECOND);
        assertThat(pace.patience()).isEqualTo(Duration.ofSeconds(6));
        pace.ask(1_000 * SECOND);
        pace.came(1, 1_002 * SECOND);
        assertThat(pace.patience()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void bytesEarnTime() {
        pace.ask(0);
        pace.came(256 * 100, SECOND);
        assertThat(pace.patience()).isEqualTo(Duration.ofSeconds(99));
    }

    @Test
    void whoDribblesHasNoPatienceLeft() {
        for (int i = 0; i < 20; i++) {
            pace.ask(i * SECOND);
            pace.came(255, (i + 1) * SECOND);
        }
        assertThat(pace.patience()).isZero();
    }

    @Test
    void aClockMayPassItsEnd() {
        pace.ask(Long.MAX_VALUE);
        pace.came(0, Long.MAX_VALUE + 2 * SECOND);
        assertThat(pace.patience()).isEqualTo(Duration.ofSeconds(8));
    }
}
