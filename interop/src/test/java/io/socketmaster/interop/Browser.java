package io.socketmaster.interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A headless Chromium with a page open and a profile of its own, all of whose processes end with it. */
final class Browser implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final Duration ORPHANS = Duration.ofSeconds(1);

    private final Path log;
    private final Process process;

    /**
     * @param directory takes its profile and its log
     * @param port where {@code localhost} serves the page, over TLS
     */
    Browser(Program chromium, Path directory, int port, String... flags) {
        log = directory.resolve("chromium.log");
        List<String> arguments = new ArrayList<>(List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--no-proxy-server",
                "--ignore-certificate-errors",
                "--user-data-dir=" + directory.resolve("profile"),
                // Keeps it open.
                "--remote-debugging-port=0"));
        arguments.addAll(List.of(flags));
        arguments.add("https://localhost:" + port + "/");
        process = chromium.start(log, Map.of("TMPDIR", directory.toString()), arguments.toArray(String[]::new));
    }

    /** The next thing that the page tells {@code service}. */
    JsonNode told(WebSocketService service) {
        return service.told(PATIENCE).orElseThrow(() -> new AssertionError("the page said nothing; " + said()));
    }

    private String said() {
        try {
            return "the browser: " + Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Any number of times. */
    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        // Asked first, so that it tidies up.
        process.destroy();
        try {
            if (!process.waitFor(FAREWELL.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        all.forEach(ProcessHandle::destroyForcibly);
        // Its profile is about to be deleted. Where nobody reaps orphans they look alive for ever.
        process.onExit().join();
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, ORPHANS.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
