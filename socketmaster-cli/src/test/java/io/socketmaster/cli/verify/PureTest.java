package io.socketmaster.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Target, schedule, histogram and report: no sockets, no time. */
class PureTest {
    @Nested
    class Targets {
        @ParameterizedTest
        @CsvSource({
            "http://example.com, false, example.com, 80, /, example.com",
            "https://example.com/a?b=%20c, true, example.com, 443, /a?b=%20c, example.com",
            "HTTP://127.0.0.1:8080/x/, false, 127.0.0.1, 8080, /x/, 127.0.0.1:8080",
            "https://[::1]:8443/, true, ::1, 8443, /, [::1]:8443",
            "https://example.com:80, true, example.com, 80, /, example.com:80",
            "http://example.com/a#part, false, example.com, 80, /a, example.com"
        })
        void aUrlSaysWhereToConnectAndWhatToAskFor(
                String url, boolean tls, String host, int port, String path, String hostHeader) {
            Target target = Target.parse(url);

            assertThat(target).isEqualTo(new Target(url, tls, host, port, path));
            assertThat(target.hostHeader()).isEqualTo(hostHeader);
        }

        @ParameterizedTest
        @CsvSource({
            "ftp://example.com, neither http:// nor https://",
            "example.com/a, neither http:// nor https://",
            "http:///a, names no host",
            "http://user:secret@example.com/, --header",
            "http://example.com:70000/, not between 1 and 65535",
            "'http://example.com/a b', not a URL"
        })
        void aUrlThatCannotBeUsedIsRefusedWithTheReason(String url, String reason) {
            assertThatThrownBy(() -> Target.parse(url))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(reason)
                    .hasMessageNotContaining("secret");
        }
    }

    @Nested
    class Plans {
        @ParameterizedTest
        @CsvSource({
            "0, 8, PT1S, the rate 0",
            "1, 0, PT1S, connections 0",
            "20001, 8, PT1S, 20000",
            "1, 1, PT0S, timeout"
        })
        void aPlanOutsideOfItsLimitsIsRefused(int rate, int connections, Duration timeout, String reason) {
            Target target = Target.parse("http://localhost/");

            assertThatThrownBy(() ->
                            new LoadPlan(target, LoadPlan.Method.GET, List.of(), rate, connections, false, timeout))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(reason);
        }
    }

    @Nested
    class Schedules {
        @Test
        void requestsAreDueAtEvenTimesWhoseRoundingDoesNotAddUp() {
            Schedule schedule = new Schedule(1_000, 3);

            assertThat(schedule.dueNanos(0)).isEqualTo(1_000);
            assertThat(schedule.dueNanos(1)).isEqualTo(333_334_333);
            assertThat(schedule.dueNanos(2)).isEqualTo(666_667_666);
            assertThat(schedule.dueNanos(3)).isEqualTo(1_000_001_000L);
            assertThat(schedule.dueNanos(3_000_000)).isEqualTo(1_000_000L * 1_000_000_000L + 1_000);
        }
    }

    @Nested
    class Histograms {
        @Test
        void percentilesAreLessThanOnePercentTooHighAndNeverTooLow() {
            Random random = new Random(42);
            long[] values = random.longs(10_000, 0, 60_000_000).toArray();
            WaitHistogram histogram = new WaitHistogram();
            Arrays.stream(values).forEach(histogram::add);
            Arrays.sort(values);

            for (double percent : new double[] {0, 1, 50, 90, 99, 99.9, 100}) {
                long exact = values[(int) Math.max(0, Math.ceil(values.length * percent / 100) - 1)];
                assertThat(histogram.percentileMicros(percent)).isBetween(exact, (long) (exact * 1.01) + 1);
            }
        }

        @Test
        void smallAndExtremeValuesHaveTheirPlace() {
            for (long value : new long[] {0, 1, 127, 128, 255}) {
                WaitHistogram histogram = new WaitHistogram();
                histogram.add(value);
                assertThat(histogram.percentileMicros(50)).isEqualTo(value);
            }
            WaitHistogram histogram = new WaitHistogram();
            histogram.add(Long.MAX_VALUE);
            assertThat(histogram.percentileMicros(50)).isEqualTo(Long.MAX_VALUE);
            assertThat(new WaitHistogram().percentileMicros(50)).isZero();
        }
    }

    @Nested
    class Reports {
        private static Report report(Map<Loss, Long> losses, int commandExit) {
            Map<Loss, Long> all = new TreeMap<>(losses);
            for (Loss kind : Loss.values()) {
                all.putIfAbsent(kind, 0L);
            }
            return new Report(
                    "http://127.0.0.1:8080/b/",
                    LoadPlan.Method.GET,
                    200,
                    8,
                    2_431,
                    2_430,
                    new TreeMap<>(Map.of(200, 2_429L, 404, 1L)),
                    all,
                    2,
                    Duration.ofMillis(812),
                    Duration.ofMillis(200),
                    Duration.ofNanos(1_234_567),
                    Duration.ofMillis(640),
                    losses.isEmpty()
                            ? Optional.empty()
                            : Optional.of(new Report.FirstLoss(
                                    Loss.SERVER_ERROR, Duration.ofMillis(-1500), "502 Bad Gateway")),
                    commandExit,
                    Duration.ofMillis(3_140),
                    "");
        }

        @Test
        void theExitCodeSaysWhetherAnythingWasLostAndWhetherTheCommandFailed() {
            assertThat(report(Map.of(), 0).exitCode()).isZero();
            assertThat(report(Map.of(Loss.TIMEOUT, 1L), 0).exitCode()).isEqualTo(1);
            assertThat(report(Map.of(), 9).exitCode()).isEqualTo(3);
            assertThat(report(Map.of(Loss.TIMEOUT, 1L), 9).exitCode()).isEqualTo(3);
        }

        @Test
        void peopleGetATable() {
            assertThat(ReportText.lines(report(Map.of(Loss.SERVER_ERROR, 1L), 0)))
                    .containsExactly(
                            "sent               2,431  GET http://127.0.0.1:8080/b/",
                            "answered           2,430  status 200: 2,429, status 404: 1",
                            "lost                   1",
                            "                       1  status 5xx",
                            "first lost                due 1.50 s before the command began: 502 Bad Gateway",
                            "retried                2  sent again: the idle connection was closed just then",
                            "longest wait      812 ms  due 200 ms after the command began",
                            "median            1.2 ms",
                            "99 %              640 ms",
                            "command           exit 0  after 3.14 s");
        }

        @Test
        void programsGetJson() throws Exception {
            JsonNode json = new ObjectMapper().readTree(ReportJson.of(report(Map.of(Loss.SERVER_ERROR, 1L), 4)));

            assertThat(json.get("sent").asLong()).isEqualTo(2_431);
            assertThat(json.get("lost").asLong()).isEqualTo(1);
            assertThat(json.at("/losses/serverError").asLong()).isEqualTo(1);
            assertThat(json.at("/losses/timeout").asLong()).isZero();
            assertThat(json.at("/statuses/404").asLong()).isEqualTo(1);
            assertThat(json.at("/firstLoss/dueMs").asDouble()).isEqualTo(-1_500);
            assertThat(json.get("longestWaitMs").asDouble()).isEqualTo(812);
            assertThat(json.get("p50Ms").asDouble()).isEqualTo(1.235);
            assertThat(json.get("exit").asInt()).isEqualTo(3);
        }
    }
}
