package io.socketmaster.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "0s, PT0S",
        "500ms, PT0.5S",
        "30s, PT30S",
        "2m, PT2M",
        "1h, PT1H",
        "30S, PT30S",
        "PT1M30S, PT1M30S",
        "8760h, P365D"
    })
    void durationsAreWrittenAsPeopleWriteThem(String text, Duration duration) {
        assertThat(DurationText.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "s", "3x", "1.5s", "-3s", "30 s", "PT", "9999999999999s", "PT9999999999999999H"})
    void whatIsNoDurationIsRefusedWithTheForms(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is not a duration; write 500ms, 30s, 2m, 1h or PT30S");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-3S", "8761h", "999999999999h"})
    void whatNoClockShouldCountIsRefused(String text) {
        assertThatThrownBy(() -> DurationText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is not between 0s and a year");
    }
}
