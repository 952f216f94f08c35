package io.socketmaster.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What the JDK's programs and files say, as it was seen. */
class JvmOutputTest {
    @Test
    void whatAllThreadsHaveAllocatedIsAddedUp() throws IOException {
        String threads = """
                "main" #1 prio=5 os_prio=0 cpu=61.28ms elapsed=9.10s allocated=874M defined_classes=98 tid=0x1
                "C2 CompilerThread0" #5 daemon cpu=4.1ms elapsed=9.0s allocated=528B defined_classes=0 tid=0x2
                "loop-1" #6 daemon prio=5 cpu=4.1ms elapsed=9.0s allocated=42K defined_classes=0 tid=0x3
                """;
        assertThat(JvmFacts.allocated(threads)).isEqualTo((874L << 20) + 528 + (42 << 10));
    }

    @Test
    void aJvmThatDoesNotTellIsQuoted() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> JvmFacts.allocated("1234:\nno such process"))
                .withMessageContaining("no such process");
    }

    @Test
    void aJdkIsKnownByItsFeatureVersion() {
        assertThat(Jdk.version("IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n")).contains(17);
        assertThat(Jdk.version("JAVA_VERSION=\"25\"")).contains(25);
        assertThat(Jdk.version("nothing")).isEmpty();
    }
}
