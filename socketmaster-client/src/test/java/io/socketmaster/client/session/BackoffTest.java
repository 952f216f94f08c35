package io.socketmaster.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private static final double HIGHEST = Math.nextDown(1.0);

    @ParameterizedTest
    @CsvSource({"1, 50", "2, 100", "3, 200", "7, 3200", "8, 5000", "9, 5000", "1000000, 5000"})
    void theWaitDoublesFrom50MsTo5Seconds(int attempt, long longestMs) {
        assertThat(Backoff.DEFAULT.delay(attempt, HIGHEST).toMillis()).isBetween(longestMs - 1, longestMs);
        assertThat(Backoff.DEFAULT.delay(attempt, 0)).isEqualTo(Duration.ofMillis(longestMs / 2));
    }

    @Test
    void whatIsRandomIsSpreadEvenlyOverTheUpperHalf() {
        assertThat(IntStream.range(0, 4)
                        .mapToObj(quarter -> Backoff.DEFAULT.delay(2, quarter / 4.0))
                        .map(delay -> delay.toNanos() / 1000))
                .containsExactly(50_000L, 62_500L, 75_000L, 87_500L);
    }

    @Test
    void theWaitIsOfTheChosenSize() {
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(3));

        assertThat(backoff.delay(2, 0)).isEqualTo(Duration.ofMillis(1));
        assertThat(backoff.delay(30, 0)).isEqualTo(Duration.ofNanos(1_500_000));
    }

    @Test
    void aBackoffThatCannotBeIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofDays(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.DEFAULT.delay(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Backoff.DEFAULT.delay(1, 1));
    }
}
