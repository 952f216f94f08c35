package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The peers themselves: what the tests against them are worth hangs on this. */
class GoSourcesTest {
    @BeforeAll
    static void needsGo() {
        GoTools.programs();
    }

    @Test
    void thePeersWriteAndReadTheHandshakeVectorsByteForByte() {
        assertSilentlyGood(GoTools.run("go", "test", "interop/handshake"), "ok");
    }

    @Test
    void theSourcesAreVetted() {
        assertSilentlyGood(GoTools.run("go", "vet", "interop/..."), "");
    }

    @Test
    void theSourcesAreFormatted() {
        GoTools.Result result = GoTools.run("gofmt", "-l", "src/interop");
        assertThat(result.output()).as("files that gofmt would change").isEmpty();
    }

    private static void assertSilentlyGood(GoTools.Result result, String prefix) {
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).startsWith(prefix);
    }
}
