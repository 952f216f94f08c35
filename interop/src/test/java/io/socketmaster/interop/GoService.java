package io.socketmaster.interop;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.awaitility.Awaitility;

/**
 * A Go service that has registered.
 *
 * @param port its public port, on 127.0.0.1
 */
record GoService(GoProcess process, int port) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * What to register and how to behave; see {@code cmd/service/main.go}. Immutable.
     *
     * @param port empty for any free one
     */
    record Plan(String kind, OptionalInt port, List<String> flags) {
        Plan on(int fixedPort) {
            return new Plan(kind, OptionalInt.of(fixedPort), flags);
        }

        Plan named(String name) {
            return with("-name", name);
        }

        Plan path(String prefix) {
            return with("-path", prefix);
        }

        Plan domain(String suffix) {
            return with("-domain", suffix);
        }

        Plan tls(Path certificate, Path key) {
            return with("-cert", certificate.toString()).with("-key", key.toString());
        }

        private Plan with(String flag, String value) {
            List<String> more = new ArrayList<>(flags);
            more.add(flag);
            more.add(value);
            return new Plan(kind, port, List.copyOf(more));
        }
    }

    /** A service of this kind on any free port. */
    static Plan of(String kind) {
        return new Plan(kind, OptionalInt.empty(), List.of());
    }

    /** Where clients connect. */
    String address() {
        return "127.0.0.1:" + port;
    }

    String url(String path) {
        return "http://" + address() + path;
    }

    /** Waits until it says a line that begins so. */
    String awaits(String line) {
        return process.output().await(line, PATIENCE);
    }

    /** Announces that it takes no more streams, and waits until that was written. */
    void goAway() {
        process.command("goaway");
        awaits("away");
    }

    /** Waits until it has no stream open: nothing was left half ended. */
    void awaitNoStreams() {
        Awaitility.await("the service has no stream open any more").untilAsserted(() -> {
            int before = process.output().size();
            process.command("streams");
            String answer =
                    process.output().await(before, "about streams", line -> line.startsWith("streams"), PATIENCE);
            if (!answer.equals("streams 0")) {
                throw new AssertionError(answer + "\n" + process);
            }
        });
    }
}
