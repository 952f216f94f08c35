package io.socketmaster.server.config;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MemorySettingsTest {
    @Test
    void memoryIsTightBeforeItIsShort() {
        assertThatThrownBy(() -> new MemorySettings(60, 50, 32_768, 50))
                .hasMessageContaining("memory.tcpShortPercent is 50")
                .hasMessageContaining("memory.tcpTightPercent, which is 60");
    }

    @Test
    void aPercentageIsPositiveAndABufferNotTiny() {
        assertThatThrownBy(() -> new MemorySettings(0, 50, 32_768, 50))
                .hasMessageContaining("memory.tcpTightPercent is 0");
        assertThatThrownBy(() -> new MemorySettings(50, 50, 32_768, 0))
                .hasMessageContaining("memory.buffersShortPercent is 0");
        assertThatThrownBy(() -> new MemorySettings(50, 50, 4_095, 50))
                .hasMessageContaining("memory.tightSendBytes is 4095, but must be at least 4096");
    }
}
