package io.socketmaster.cli.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory for the sockets of one {@code run}, which only its owner can enter; removed with what is in it. */
final class SocketDirectory implements AutoCloseable {
    private final Optional<Path> path;

    private SocketDirectory(Optional<Path> path) {
        this.path = path;
    }

    static SocketDirectory none() {
        return new SocketDirectory(Optional.empty());
    }

    /** In {@code XDG_RUNTIME_DIR}, or where temporary files go. */
    static SocketDirectory create() throws IOException {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        Path parent = Path.of(runtime == null || runtime.isEmpty() ? System.getProperty("java.io.tmpdir") : runtime);
        try {
            return new SocketDirectory(Optional.of(Files.createTempDirectory(parent, "socketmaster-")));
        } catch (IOException e) {
            throw new IOException(
                    "no directory for the program's socket could be made in " + parent + " (" + e.getMessage()
                            + "); set XDG_RUNTIME_DIR to a directory that can be written",
                    e);
        }
    }

    Optional<Path> path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (path.isEmpty()) {
            return;
        }
        try (Stream<Path> files = Files.list(path.get())) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(path.get());
    }
}
