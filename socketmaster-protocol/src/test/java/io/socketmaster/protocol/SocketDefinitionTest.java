package io.socketmaster.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SocketDefinitionTest {
    @Test
    void aPortAbove65535IsRefusedWithTheNumberInTheMessage() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SocketDefinition.tcp(70_000))
                .withMessageContaining("70000");
    }

    @Test
    void keysNeverShowInTheTextOfADefinition() {
        SocketDefinition definition = SocketDefinition.http(443, "/").withTls("CERT-PEM", "KEY-PEM");

        assertThat(definition.toString()).doesNotContain("KEY-PEM").doesNotContain("CERT-PEM");
    }
}
