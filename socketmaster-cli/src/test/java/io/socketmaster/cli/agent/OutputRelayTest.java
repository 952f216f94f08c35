package io.socketmaster.cli.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a program prints, with its name in front. */
class OutputRelayTest {
    private final StringWriter out = new StringWriter();
    private final LastLines last = new LastLines();

    private void relay(String printed) throws InterruptedException {
        new OutputRelay(
                        new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)),
                        new PrintWriter(out),
                        "web[7] ",
                        last)
                .start("test")
                .join();
    }

    @Test
    void eachLineGetsThePrefixAndTheLastNeedsNoEnd() throws Exception {
        relay("one\ntwö\r\n\nthree");

        assertThat(out.toString().lines()).containsExactly("web[7] one", "web[7] twö", "web[7] ", "web[7] three");
    }

    @Test
    void aLineWithoutEndIsCutSoThatItTakesNoMoreMemory() throws Exception {
        relay("x".repeat(OutputRelay.MAX_LINE + 5) + "\nnext");

        assertThat(out.toString().lines())
                .containsExactly("web[7] " + "x".repeat(OutputRelay.MAX_LINE), "web[7] xxxxx", "web[7] next");
    }

    @Test
    void ofAFloodTheLastLinesAreRemembered() throws Exception {
        relay(IntStream.range(0, 50_000).mapToObj(Integer::toString).collect(Collectors.joining("\n")));

        assertThat(out.toString().lines()).hasSize(50_000);
        assertThat(last.get()).hasSize(LastLines.LINES).endsWith("49998", "49999");
    }
}
