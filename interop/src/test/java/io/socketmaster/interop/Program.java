package io.socketmaster.interop;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program of others, such as {@code curl}. A test that asks for one that is not there is skipped, and says so. */
final class Program {
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Path path;

    Program(Path path) {
        this.path = path;
    }

    /** What a run gave. */
    record Result(int exitCode, String output) {}

    /**
     * @param remedy how to get it
     */
    static Program find(String name, String remedy) {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            System.out.println("interop: " + name + " was not found, and its tests are SKIPPED; " + remedy);
        }
        Assumptions.assumeTrue(found.isPresent(), name + " was not found; " + remedy);
        return new Program(found.get());
    }

    /**
     * Starts it, with both its outputs in {@code log}. Whoever does that ends it, with the programs that it starts in turn.
     *
     * @param environment added to ours
     */
    Process start(Path log, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder program =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            program.environment().putAll(environment);
            return program.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it to its end; both outputs together. It is killed when it takes too long, or the test is interrupted. */
    Result run(String... arguments) {
        try {
            Path output = Files.createTempFile("interop", ".out");
            Process process = start(output, Map.of(), arguments);
            try {
                if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError(path + " " + List.of(arguments) + " did not end within " + PATIENCE);
                }
                return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
            } finally {
                process.destroyForcibly();
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + path + " ran", e);
        }
    }
}
