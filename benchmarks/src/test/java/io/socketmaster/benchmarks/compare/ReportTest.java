package io.socketmaster.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.load.HttpResult.Latency;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportTest {
    private final Report report = new Report(List.of(ContenderKind.values()));

    private void add(Workload workload, ContenderKind contender, double rate) {
        report.add(workload, contender, measurement(rate, Optional.empty()));
    }

    private static Measurement measurement(double rate, Optional<Latency> latency) {
        return new Measurement(rate, rate, /* errors= */ 0, latency, new Contender.Usage(2, 1));
    }

    private static Optional<Latency> p99(int millis) {
        return Optional.of(new Latency(Duration.ofMillis(1), Duration.ofMillis(millis)));
    }

    @Test
    void ratiosAreTakenWithinARound() {
        // The machine was twice as fast in the second round: the ratio is the same.
        for (double speed : new double[] {100, 200}) {
            add(Workload.KEEP_ALIVE, ContenderKind.HAPROXY, speed);
            add(Workload.KEEP_ALIVE, ContenderKind.SOCKETMASTER, speed * 0.8);
        }
        assertThat(report.ratio(Workload.KEEP_ALIVE, ContenderKind.HAPROXY)).contains(new Spread(0.8, 0.8, 0.8));
    }

    @Test
    void aRowThatAContenderDoesNotOfferHasNoRatio() {
        add(Workload.HTTP2, ContenderKind.HAPROXY, 100);
        add(Workload.HTTP2, ContenderKind.SOCKETMASTER, 100);
        assertThat(report.ratio(Workload.HTTP2, ContenderKind.DIRECT)).isEmpty();
        assertThat(report.figures().toString()).contains("| –      |");
    }

    @Test
    void whereTheServiceHasNoRateOfItsOwnAnotherRowStandsForIt() {
        add(Workload.HTTPS, ContenderKind.DIRECT, 200);
        add(Workload.HTTP2, ContenderKind.SOCKETMASTER, 50);
        assertThat(report.shareOfDirect(Workload.HTTP2)).contains(new Spread(0.25, 0.25, 0.25));
    }

    @Test
    void eachRowSaysWhatWasWantedAndWhetherItIsThere() {
        add(Workload.KEEP_ALIVE, ContenderKind.HAPROXY, 100);
        add(Workload.KEEP_ALIVE, ContenderKind.SOCKETMASTER, 101);
        add(Workload.NEW_CONNECTION, ContenderKind.HAPROXY, 100);
        add(Workload.NEW_CONNECTION, ContenderKind.SOCKETMASTER, 101);
        assertThat(report.figures().toString().lines().skip(2))
                .satisfiesExactly(
                        keepAlive -> assertThat(keepAlive).contains("≥ 1.0").endsWith("| met     |"),
                        newConnection ->
                                assertThat(newConnection).contains("≥ 1.2").endsWith("| not met |"));
    }

    @Test
    void theFixedRateIsJudgedByItsNinetyNinthPercentile() {
        report.add(Workload.LATENCY, ContenderKind.HAPROXY, measurement(40_000, p99(4)));
        report.add(Workload.LATENCY, ContenderKind.SOCKETMASTER, measurement(40_000, p99(6)));
        assertThat(report.ratio(Workload.LATENCY, ContenderKind.HAPROXY)).contains(new Spread(1.5, 1.5, 1.5));
        assertThat(report.figures().toString()).contains("≤ 1.25").contains("not met");
        assertThat(report.latencies().orElseThrow().toString()).contains("p50").contains("6.00");
    }

    @Test
    void withoutHaProxyNothingIsJudged() {
        Report two = new Report(List.of(ContenderKind.DIRECT, ContenderKind.SOCKETMASTER));
        two.add(Workload.KEEP_ALIVE, ContenderKind.DIRECT, measurement(100, Optional.empty()));
        two.add(Workload.KEEP_ALIVE, ContenderKind.SOCKETMASTER, measurement(40, Optional.empty()));
        assertThat(two.figures().toString()).contains("÷ direct").doesNotContain("target");
    }

    @Test
    void processorTimeIsToldForAMillionRequests() {
        add(Workload.KEEP_ALIVE, ContenderKind.DIRECT, 1_000_000);
        add(Workload.KEEP_ALIVE, ContenderKind.SOCKETMASTER, 500_000);
        assertThat(report.processorTime().toString()).contains("| 1.00 ").contains("4.00 + 2.00");
    }

    @Test
    void errorsAndRoundsWithoutAnAnswerAreTold() {
        add(Workload.KEEP_ALIVE, ContenderKind.DIRECT, 100);
        assertThat(report.errors()).isEmpty();
        add(Workload.HTTPS, ContenderKind.NGINX, 0);
        assertThat(report.errors().orElseThrow()).contains("nginx").contains("in which nothing came");
    }
}
