package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {
    private static ServiceSettings with(int held, int generations, Duration maxHold, int slots, Duration patience) {
        ServiceSettings d = ServiceSettings.DEFAULTS;
        return new ServiceSettings(
                held,
                generations,
                maxHold,
                d.maxDrain(),
                d.longLivedDrain(),
                d.rollback(),
                slots,
                patience,
                d.retryAfterFull(),
                d.retryAfterExpired());
    }

    @Test
    void theDefaultsAreTheContracts() {
        ServiceSettings d = ServiceSettings.DEFAULTS;
        assertThat(d.heldPerService()).isEqualTo(1_024);
        assertThat(HoldBudget.DEFAULT_LIMIT).isEqualTo(8_192);
        assertThat(d.longLivedDrain()).isEqualTo(Duration.ofMinutes(10));
        assertThat(d.rollback()).isEqualTo(Duration.ofSeconds(10));
        assertThat(d.releaseSlots()).isEqualTo(64);
    }

    @Test
    void nonsenseIsRefusedByName() {
        Duration second = Duration.ofSeconds(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(-1, 1, second, 1, second))
                .withMessageContaining("heldPerService -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(1, 0, second, 1, second))
                .withMessageContaining("generationsPerService 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(1, 1, second.negated(), 1, second))
                .withMessageContaining("maxHold");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(1, 1, Duration.ofDays(100_000), 1, second))
                .withMessageContaining("maxHold");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(1, 1, second, 0, second))
                .withMessageContaining("releaseSlots 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> with(1, 1, second, 1, Duration.ZERO))
                .withMessageContaining("releasePatience");
        assertThatIllegalArgumentException().isThrownBy(() -> new HoldBudget(-1));
    }
}
