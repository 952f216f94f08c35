package io.socketmaster.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamedSettingsTest {
    private static final DaemonSettings DEFAULTS = DaemonSettings.DEFAULTS;

    @Test
    void everySettingHasItsNameAndDefault() {
        assertThat(NamedSettings.of(DEFAULTS))
                .containsEntry("sniff", "10s")
                .containsEntry("connections.perPort", "49152")
                .containsEntry("http.limits.maxHeadBytes", "65536")
                .containsEntry("http.timeouts.head", "10s")
                .containsEntry("http.replay.unacknowledgedIdempotentOnly", "false")
                .containsEntry("http.http2.maxStreams", "100")
                .doesNotContainKeys("bind", "unixSocket", "http");
    }

    @Test
    void eachIsReadAsItIsWritten() {
        assertThat(NamedSettings.with(DEFAULTS, NamedSettings.of(DEFAULTS))).isEqualTo(DEFAULTS);
    }

    @Test
    void oneIsChangedAndTheOthersStay() {
        DaemonSettings changed = NamedSettings.with(DEFAULTS, Map.of("http.timeouts.head", "1500ms"));

        assertThat(changed.http().timeouts().head()).isEqualTo(Duration.ofMillis(1500));
        assertThat(NamedSettings.with(changed, Map.of("http.timeouts.head", "10s")))
                .isEqualTo(DEFAULTS);
    }

    @Test
    void thoseThatGoTogetherAreCheckedTogether() {
        DaemonSettings changed = NamedSettings.with(DEFAULTS, Map.of("silence", "1m", "sniff", "2m"));

        assertThat(changed.silence()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void bytesMayHaveAUnit() {
        assertThat(NamedSettings.with(DEFAULTS, Map.of("http.limits.maxHeadBytes", "32KiB"))
                        .http()
                        .limits()
                        .maxHeadBytes())
                .isEqualTo(32 << 10);
        assertThat(NamedSettings.with(DEFAULTS, Map.of("http.replay.totalBytes", "5000MiB"))
                        .http()
                        .replay()
                        .totalBytes())
                .isEqualTo(5000L << 20);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    http.timeout.head    | 5s          | there is no setting 'http.timeout.head'; there are handshakeDeadline
                    http.timeouts        | 5s          | there is no setting 'http.timeouts'
                    bind                 | 127.0.0.1:1 | there is no setting 'bind'
                    http.timeouts.head   | 5           | http.timeouts.head: '5' is not a duration; write 500ms
                    http.timeouts.head   | 0s          | the timeout head is PT0S
                    http.limits.maxFields | many       | http.limits.maxFields: 'many' is not a number; write 100
                    http.limits.maxFields | 5000MiB    | http.limits.maxFields: '5000MiB' is too much
                    http.limits.maxFields | 0          | maxFields is 0
                    http.replay.unacknowledgedIdempotentOnly | yes | 'yes' is neither true nor false
                    silence              | 1m          | silence PT1M is longer than sniff PT10S
                    connections.total    | 10          | connections.total is 10
                    """)
    void whatDoesNotFitIsSaidWithItsName(String name, String value, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NamedSettings.with(DEFAULTS, Map.of(name, value)))
                .withMessageContaining(sentence);
    }
}
