package io.socketmaster.benchmarks.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.chaos.Chaos.Part;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The chaos program in its brief form: what may be lost and what may not, but no figures of time. */
class ChaosTest {
    @Test
    void nothingIsLostOverGracefulChangesAndOnlyWhatSectionFiveGivesUpOverKills() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, /* autoFlush= */ true, StandardCharsets.UTF_8);

        List<Claim> claims =
                new Chaos(ChaosPlan.brief(), List.of(Part.GRACEFUL, Part.KILLS), out).run(Optional.empty());

        assertThat(claims).as(said.toString(StandardCharsets.UTF_8)).allMatch(Claim::held);
    }

    @Test
    void theExtraWaitOverAReplacementIsTheLongestNearItBeyondTheUsual() {
        List<ExtraWait> requests =
                List.of(new ExtraWait(0, 10), new ExtraWait(10, 20), new ExtraWait(30, 100), new ExtraWait(500, 900));

        assertThat(ExtraWait.usualNanos(requests)).isEqualTo(70);
        assertThat(ExtraWait.longestBeyondUsual(requests, 600, 700)).isEqualTo(400 - 70);
        assertThat(ExtraWait.longestBeyondUsual(requests, 200, 300)).isZero();
    }

    @Test
    void theWaitAfterAReadyIsThatOfWhoeverWaitedForIt() {
        List<ExtraWait> requests = List.of(new ExtraWait(0, 130), new ExtraWait(90, 120), new ExtraWait(110, 400));

        assertThat(ExtraWait.longestAfter(requests, 100)).isEqualTo(30);
    }
}
