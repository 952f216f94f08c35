package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Much, and many. The figures that it prints are what this machine had left beside the tests, not a benchmark. */
@Tag("load")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LoadInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final long BULK = Long.getLong("interop.bulk.bytes", 1L << 30);
    private static final int MANY = 10_000;

    @Test
    void aGibibyteToTheServiceArrivesUnchanged() {
        bulk("up", BULK, 0);
    }

    @Test
    void aGibibyteFromTheServiceArrivesUnchanged() {
        bulk("down", 0, BULK);
    }

    @Test
    void bothWaysAtOnceNeitherHarmsTheOther() {
        bulk("both", BULK / 8, BULK / 8);
    }

    @Test
    void ofTenThousandShortConnectionsNoneIsLost() {
        GoService service = interop.start(GoService.of("echo"));

        JsonNode result = interop.client(
                PATIENCE, "short", "-addr", service.address(), "-n", String.valueOf(MANY), "-at-a-time", "64");

        assertAllGood("short connections", result);
        service.awaitNoStreams();
    }

    @Test
    void ofMoreConnectionsAtOnceThanAServiceCanHoldUnacceptedNoneIsLost() {
        GoService service = interop.start(GoService.of("echo"));

        JsonNode result = interop.client(
                PATIENCE, "short", "-addr", service.address(), "-n", String.valueOf(MANY), "-at-a-time", "600");

        assertAllGood("short connections, 600 at once", result);
        assertThat(service.process().errors().all()).noneMatch(line -> line.contains("backlog exceeded"));
        service.awaitNoStreams();
    }

    @Test
    void ofTenThousandRequestsOnSharedConnectionsNoneIsLost() {
        GoService service = interop.start(GoService.of("http"));

        JsonNode result = interop.client(
                PATIENCE, "http", "-url", service.url("/"), "-n", String.valueOf(MANY), "-at-a-time", "32");

        assertAllGood("HTTP requests, keep-alive", result);
        service.awaitNoStreams();
    }

    private static void bulk(String direction, long up, long down) {
        GoService service = interop.start(GoService.of("bulk"));

        JsonNode result = interop.client(
                PATIENCE, "bulk", "-addr", service.address(), "-up", String.valueOf(up), "-down", String.valueOf(down));

        // The client has compared the digests.
        double mebibytes = (up + down) / 1_048_576.0;
        System.out.printf(
                "interop: bulk %s: %.0f MiB, %.0f MiB/s%n",
                direction, mebibytes, mebibytes / result.get("seconds").asDouble());
        service.awaitNoStreams();
    }

    private static void assertAllGood(String what, JsonNode result) {
        System.out.printf(
                "interop: %s: %.0f/s, the slowest %d ms%n",
                what,
                MANY / result.get("seconds").asDouble(),
                result.get("slowestMillis").asLong());
        assertThat(result.get("failed").asInt()).as(result.toString()).isZero();
        assertThat(result.get("ok").asInt()).isEqualTo(MANY);
    }
}
