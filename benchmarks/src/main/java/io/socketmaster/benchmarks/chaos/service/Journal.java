package io.socketmaster.benchmarks.chaos.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The ids of the requests that one service carried out, in a file of its own. Each is in the file before its answer is
 * written, and stays there when the process is killed. Thread-safe.
 */
public final class Journal {
    private final FileChannel file;

    Journal(Path directory) throws IOException {
        file = FileChannel.open(
                directory.resolve("executed-" + ProcessHandle.current().pid()),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.APPEND);
    }

    /** Notes that the request is being carried out. */
    synchronized void executed(long id) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII));
        while (line.hasRemaining()) {
            file.write(line);
        }
    }

    /** How often each id was carried out, over all services that wrote to {@code directory}. */
    public static Map<Long, Integer> readAll(Path directory) throws IOException {
        Map<Long, Integer> times = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.getFileName().toString().startsWith("executed-"))
                    .flatMap(file -> lines(file).stream())
                    .forEach(line -> times.merge(Long.parseLong(line), 1, Integer::sum));
        }
        return times;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
