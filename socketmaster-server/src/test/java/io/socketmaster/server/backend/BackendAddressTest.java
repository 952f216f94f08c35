package io.socketmaster.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendAddressTest {
    @ParameterizedTest
    @CsvSource({
        "localhost:4444, localhost:4444",
        "4444, localhost:4444",
        "tcp://localhost:4444, localhost:4444",
        "[::1]:80, [::1]:80",
        "tcp://[::1]:80, [::1]:80",
        "unix:/run/app.sock, unix:/run/app.sock",
        "unix:///run/app.sock, unix:/run/app.sock"
    })
    void anAddressHasOneSpellingThatReadsBack(String text, String spelling) {
        BackendAddress address = BackendAddress.parse(text);

        assertThat(address).hasToString(spelling);
        assertThat(BackendAddress.parse(spelling)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "localhost",
                "localhost:",
                "localhost:0",
                "localhost:65536",
                "localhost:+80",
                "localhost:٤٤",
                "::1:80",
                "a b:80",
                "http://localhost:80",
                "unix:",
                "unix:app.sock",
                "unix://run"
            })
    void whatIsNoAddressIsRefusedWithTheRemedy(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendAddress.parse(text))
                .satisfies(wrong -> assertThat(wrong.getMessage()).containsAnyOf("; expected", "; write"));
    }

    @Test
    void aPathThatNoSocketCanHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendAddress.parse("unix:/" + "x".repeat(106)))
                .withMessageContaining("has room for 106 bytes");
        assertThat(BackendAddress.parse("unix:/" + "x".repeat(105))).isNotNull();
    }

    @Test
    void anAddressThatRefusesIsTriedLessAndLessOften() {
        BackendSettings settings = BackendSettings.DEFAULTS;

        assertThat(settings.pauseAfter(1)).isEqualTo(Duration.ofMillis(10));
        assertThat(settings.pauseAfter(2)).isEqualTo(Duration.ofMillis(20));
        assertThat(settings.pauseAfter(5)).isEqualTo(Duration.ofMillis(160));
        assertThat(settings.pauseAfter(6)).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.pauseAfter(Integer.MAX_VALUE)).isEqualTo(Duration.ofMillis(200));
    }
}
