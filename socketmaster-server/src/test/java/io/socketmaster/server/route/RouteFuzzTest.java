package io.socketmaster.server.route;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

class RouteFuzzTest {
    private static final RouteTable<String> TABLE =
            RouteTable.<String>empty().with(HostPattern.parse(".example.com"), PathPrefix.parse("/a"), "hit");

    /** Whatever is sent is refused by type or has one normal form, and is routed on label and segment boundaries only. */
    // Fuzzing is bounded by maxDuration; the time limit of ordinary tests would call its end a failure.
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    @FuzzTest(maxDuration = "60s")
    void aRouteIsTakenOnBoundariesOnly(FuzzedDataProvider data) {
        String authority = data.consumeString(300);
        String target = "/" + data.consumeRemainingAsString();
        try {
            HostName host = HostName.ofAuthority(authority);
            expect(HostName.of(host.text()).equals(host), "the normal host " + host + " is not normal");
            RequestPath path = RequestPath.of(target);
            expect(RequestPath.of(path.text()).equals(path), "the normal path " + path + " is not normal");
            boolean hit = TABLE.find(host, path).isPresent();
            expect(hit == (isExample(host.text()) && isA(path.text())), host + " " + path + " is routed wrong");
        } catch (BadHostException | BadPathException e) {
            expect(e.getMessage().chars().allMatch(c -> c >= ' ' && c <= '~'), "a message with raw bytes");
        }
    }

    private static boolean isExample(String host) {
        return host.equals("example.com") || host.endsWith(".example.com");
    }

    private static boolean isA(String path) {
        return path.equals("/a") || path.startsWith("/a/");
    }

    private static void expect(boolean truth, String otherwise) {
        if (!truth) {
            throw new AssertionError(otherwise);
        }
    }
}
