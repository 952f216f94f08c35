package io.socketmaster.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.socketmaster.benchmarks.own.OwnRow;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
    @Test
    void rowsComeInTheirOwnOrderAndNotInThatOfTheirNames() {
        Rows rows = Rows.of(List.of("start", "https", "keep-alive"));
        assertThat(rows.compared()).containsExactly(Workload.KEEP_ALIVE, Workload.HTTPS);
        assertThat(rows.own()).containsExactly(OwnRow.START);
    }

    @Test
    void aNameThatIsNoneIsToldBesideAllThatAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rows.of(List.of("keep-alive", "keepalive")))
                .withMessageContaining("no row keepalive;")
                .withMessageContaining("download-64")
                .withMessageContaining("idle-https");
    }

    @Test
    void aProgramIsNeededOnlyForItsRows() {
        assertThat(Rows.of(List.of("http2")).need(Program.H2LOAD)).isTrue();
        assertThat(Rows.of(List.of("http2", "start")).need(Program.WRK)).isFalse();
        assertThat(Rows.of(List.of("allocation")).need(Program.WRK)).isTrue();
    }

    @Test
    void everyNameFindsItsRow() {
        Rows all = Rows.of(Rows.names().toList());
        assertThat(all).isEqualTo(Rows.ALL);
    }
}
