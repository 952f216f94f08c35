package io.socketmaster.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What {@code wrk} and {@code h2load} print, as it was seen. */
class LoadOutputTest {
    private static final String WRK = """
            Running 1s test @ http://127.0.0.1:8000/bench
              1 threads and 64 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency   764.93us    0.93ms  21.90ms   94.77%
                Req/Sec    85.01k     2.02k   87.47k    80.00%
              Latency Distribution
                 50%  630.00us
                 75%    0.91ms
                 90%    1.23ms
                 99%    4.62ms
              84596 requests in 1.00s, 16.46MB read
            Requests/sec:  84540.10
            Transfer/sec:     16.45MB
            """;

    private static final String H2LOAD = """
            finished in 1.50s, 158711.33 req/s, 10.90MB/s
            requests: 238067 total, 239067 started, 238067 done, 238067 succeeded, 0 failed, 0 errored, 0 timeout
            status codes: 238067 2xx, 0 3xx, 0 4xx, 0 5xx
            traffic: 16.35MB (17141314) total, 10.90MB (11427216) headers (space savings 51.02%)
            """;

    @Test
    void wrkTellsRateAndPercentiles() throws IOException {
        HttpResult result = WrkLoad.parse(WRK);
        assertThat(result.requests()).isEqualTo(84_596);
        assertThat(result.errors()).isZero();
        assertThat(result.perSecond()).isBetween(84_540.0, 84_541.0);
        assertThat(result.latency())
                .contains(new HttpResult.Latency(Duration.ofNanos(630_000), Duration.ofNanos(4_620_000)));
    }

    @Test
    void whatWrkCallsErrorsCountsAndIsNoAnswer() throws IOException {
        String output =
                WRK + "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 96\n";
        HttpResult result = WrkLoad.parse(output);
        assertThat(result.errors()).isEqualTo(106);
        assertThat(result.requests()).isEqualTo(84_500);
    }

    @Test
    void h2loadTellsTheRateOverTheTimeThatItMeasured() throws IOException {
        HttpResult result = H2Load.parse(H2LOAD);
        assertThat(result.requests()).isEqualTo(238_067);
        assertThat(result.errors()).isZero();
        assertThat(result.seconds()).isEqualTo(1.5);
        assertThat(result.latency()).isEmpty();
    }

    @Test
    void h2loadTellsTimesUnderASecondInMilliseconds() throws IOException {
        assertThat(H2Load.parse(H2LOAD.replace("in 1.50s", "in 500.25ms")).seconds())
                .isEqualTo(0.50025);
    }

    @Test
    void requestsThatFailedAndAnswersOfOtherStatusesAreErrors() throws IOException {
        String output = H2LOAD.replace("0 failed", "7 failed").replace("0 3xx, 0 4xx, 0 5xx", "1 3xx, 2 4xx, 3 5xx");
        assertThat(H2Load.parse(output).errors()).isEqualTo(13);
    }

    @Test
    void aProgramThatFailedIsQuoted() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WrkLoad.parse("unable to connect to 127.0.0.1:8000 Connection refused"))
                .withMessageContaining("Connection refused");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> H2Load.parse("error"))
                .withMessageContaining("error");
    }
}
