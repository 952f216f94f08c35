package io.socketmaster.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.config.MemorySettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryStateTest {
    private static final MemorySettings SETTINGS = new MemorySettings(40, 80, 32 << 10, 60);

    @ParameterizedTest
    @CsvSource({
        // bounded, cutting off | tcp, buffers | bounded, cutting off
        "false, false, 39, 59, false, false, enough",
        "false, false, 40, 59, true, false, tight",
        "true, false, 79, 0, true, false, tight",
        "true, false, 80, 0, true, true, short",
        "true, true, 60, 0, true, true, short",
        "true, true, 59, 44, true, false, tight",
        "true, false, 30, 0, true, false, tight",
        "true, false, 29, 0, false, false, enough",
        // our own buffers: more in the kernel would be no harm
        "false, false, 0, 60, false, true, short",
        "false, true, 0, 45, false, true, short",
        "false, true, 0, 44, false, false, enough",
    })
    void aMeasureBeginsAtItsMarkAndEndsWhenAQuarterOfThatIsFreeAgain(
            boolean bounded,
            boolean cutting,
            int tcp,
            int buffers,
            boolean thenBounded,
            boolean thenCutting,
            String word) {
        MemoryState after = new MemoryState(bounded, cutting).after(new MemoryUse(tcp, buffers), SETTINGS);

        assertThat(after).isEqualTo(new MemoryState(thenBounded, thenCutting));
        assertThat(after.word()).isEqualTo(word);
    }
}
