package io.socketmaster.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
    @Test
    void noMoreIsAllowedThanThereAreDescriptorsForAndAnEighthStaysForTheRest() {
        assertThat(ConnectionLimits.DEFAULTS.within(1 << 20)).isEqualTo(ConnectionLimits.DEFAULTS);
        assertThat(ConnectionLimits.DEFAULTS.within(Long.MAX_VALUE)).isEqualTo(ConnectionLimits.DEFAULTS);
        assertThat(ConnectionLimits.DEFAULTS.within(16_384)).isEqualTo(new ConnectionLimits(14_336, 10_752, 5_376));
        assertThat(ConnectionLimits.DEFAULTS.within(1)).isEqualTo(new ConnectionLimits(1, 1, 1));
    }

    @Test
    void withFewerDescriptorsALimitThatIsFarBelowThemStays() {
        assertThat(new ConnectionLimits(65_536, 10, 3).within(16_384)).isEqualTo(new ConnectionLimits(14_336, 10, 3));
        assertThat(new ConnectionLimits(65_536, 65_536, 65_536).within(16_384))
                .isEqualTo(new ConnectionLimits(14_336, 14_336, 14_336));
    }

    @Test
    void aPortCannotHaveMoreThanAllOfThem() {
        assertThatThrownBy(() -> new ConnectionLimits(10, 11, 1)).hasMessageContaining("connections.total is 10");
        assertThatThrownBy(() -> new ConnectionLimits(10, 0, 1)).hasMessageContaining("connections.perPort is 0");
        assertThatThrownBy(() -> new ConnectionLimits(10, 1, 0)).hasMessageContaining("connections.perAddress is 0");
    }
}
