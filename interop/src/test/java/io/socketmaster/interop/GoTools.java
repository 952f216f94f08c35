package io.socketmaster.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The Go compiler and what it makes of {@code src/main/go}: once for all test classes, into {@code target/go}. Debian's Go
 * packages are a {@code GOPATH}, so modules are switched off and nothing is downloaded.
 */
final class GoTools {
    /** Where Debian's Go packages are. */
    private static final Path DEBIAN_PACKAGES = Path.of("/usr/share/gocode");

    private static final Path YAMUX = DEBIAN_PACKAGES.resolve("src/github.com/hashicorp/yamux");
    private static final Path DIRECTORY =
            Path.of(System.getProperty("interop.directory", "")).toAbsolutePath();
    private static final Path SOURCES = DIRECTORY.resolve("src/main/go");
    private static final Path TARGET = DIRECTORY.resolve("target/go");
    private static final String MISSING =
            "interop tests are SKIPPED: they need Go and its yamux package; install both with 'apt-get install golang-go"
                    + " golang-github-hashicorp-yamux-dev'";

    /** Null if there is no Go. */
    private static final Path PROGRAMS = build();

    private GoTools() {}

    /** The result of a run of {@code go} or {@code gofmt}. */
    record Result(int exitCode, String output) {}

    /** The programs' directory. Without Go the test that asks is skipped. */
    static Path programs() {
        Assumptions.assumeTrue(PROGRAMS != null, MISSING);
        return PROGRAMS;
    }

    static Path sources() {
        return SOURCES;
    }

    private static Path build() {
        if (!isThere()) {
            System.out.println(MISSING);
            return null;
        }
        Path programs = TARGET.resolve("bin");
        try {
            Files.createDirectories(programs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Result built = run("go", "build", "-o", programs + "/", "interop/cmd/...");
        if (built.exitCode() != 0) {
            throw new IllegalStateException("the Go programs do not compile:\n" + built.output());
        }
        return programs;
    }

    private static boolean isThere() {
        return Files.isDirectory(YAMUX)
                && Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "go")));
    }

    /** Runs one of Go's tools on the sources and waits for it. */
    static Result run(String... command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                    .directory(SOURCES.toFile())
                    .redirectErrorStream(true);
            builder.environment()
                    .putAll(Map.of(
                            "GO111MODULE",
                            "off",
                            "GOFLAGS",
                            "",
                            "GOPATH",
                            SOURCES + ":" + DEBIAN_PACKAGES,
                            "GOCACHE",
                            TARGET.resolve("cache").toString()));
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + List.of(command), e);
        }
    }
}
