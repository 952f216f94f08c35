package io.socketmaster.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.socketmaster.benchmarks.Spread;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardTest {
    private final Guard guard = new Guard("2026-11-21", Map.of(Workload.KEEP_ALIVE, 0.4));

    private static Optional<Spread> share(double median) {
        return Optional.of(new Spread(median, median / 2, median * 2));
    }

    @Test
    void halfOfTheRecordedShareIsEnough() {
        assertThat(guard.judge(row -> share(0.2)).tooSlow()).isEmpty();
    }

    @Test
    void lessThanHalfFailsAndTheTableHasBothSharesAndTheLeast() {
        Guard.Result result = guard.judge(row -> share(0.19));
        assertThat(result.tooSlow()).containsExactly(Workload.KEEP_ALIVE);
        assertThat(result.table().toString()).contains("keep-alive", "0.190", "0.400", "0.200");
    }

    @Test
    void whatIsMeasuredAgainHasItsDirectRateBesideIt() {
        assertThat(guard.withYardsticks(List.of(Workload.HTTP2, Workload.DOWNLOAD_64)))
                .containsExactly(Workload.HTTPS, Workload.HTTP2, Workload.DOWNLOAD_64);
    }

    @Test
    void aShareThatIsNoNumberFails() {
        assertThat(guard.judge(row -> share(Double.NaN)).tooSlow()).hasSize(1);
    }

    @Test
    void aRowThatWasNotMeasuredIsNoFailure() {
        Guard.Result result = guard.judge(row -> Optional.empty());
        assertThat(result.tooSlow()).isEmpty();
        assertThat(result.table().toString()).doesNotContain("keep-alive");
    }

    @Test
    void theRecordThatIsShippedCanBeRead() throws IOException {
        assertThat(Guard.load().date()).matches("\\d{4}-\\d\\d-\\d\\d");
        assertThat(Guard.load().workloads()).contains(Workload.KEEP_ALIVE, Workload.HANDSHAKE, Workload.HTTP2);
    }

    @Test
    void aRecordOfSomethingElseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Guard.read(new StringReader("keepalive=1")))
                .withMessageContaining("no row keepalive");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Guard.read(new StringReader("start=1")))
                .withMessageContaining("start");
    }
}
