package io.socketmaster.benchmarks.memory;

import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.Table;
import io.socketmaster.benchmarks.memory.MemorySampler.Peaks;
import io.socketmaster.benchmarks.process.DaemonProcess;
import io.socketmaster.benchmarks.process.JvmFacts;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One HTTP request with a body that is far longer than the heap of the daemon, 64 MiB, through which it passes. */
final class UploadMemory {
    private static final String HEAP = "-Xmx64m";
    private static final int PIECE_BYTES = 256 << 10;
    private static final int ANSWER_MILLIS = 60_000;

    private UploadMemory() {}

    /**
     * @param mebibytes length of the body
     */
    static List<Claim> run(Optional<Path> daemonJar, int mebibytes) throws IOException {
        long bytes = (long) mebibytes << 20;
        try (DaemonProcess daemon = DaemonProcess.start(daemonJar, List.of(HEAP, JvmFacts.REQUIRED_OPTION));
                ServiceProcess service = ServiceProcess.behind(daemon, List.of("-Xmx256m"))) {
            long startedNanos = System.nanoTime();
            String answer;
            Peaks peaks;
            try (MemorySampler sampler = MemorySampler.start(daemon.process().pid())) {
                answer = upload(service, bytes);
                peaks = sampler.peaks();
            }
            double seconds = (System.nanoTime() - startedNanos) * 1e-9;
            Table table = new Table(List.of("HTTP upload", "s", "GB/s", "peak RSS", "peak heap", "peak direct"));
            table.add(List.of(
                    Mebibytes.of(bytes),
                    String.format(Locale.ROOT, "%.1f", seconds),
                    String.format(Locale.ROOT, "%.2f", bytes / seconds / 1e9),
                    Mebibytes.of(peaks.resident()),
                    Mebibytes.of(peaks.heap()),
                    Mebibytes.of(peaks.direct())));
            System.out.println(table);
            return List.of(
                    new Claim(
                            "an upload of " + Mebibytes.of(bytes) + " passes at " + HEAP + ": the service counted "
                                    + answer.substring(answer.lastIndexOf('\n') + 1),
                            answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\n" + bytes)),
                    new Claim("the daemon runs on behind it", daemon.process().isAlive()));
        }
    }

    /** @return the whole answer */
    private static String upload(ServiceProcess service, long bytes) throws IOException {
        try (Socket client =
                new Socket(service.upload().getAddress(), service.upload().getPort())) {
            client.setSoTimeout(ANSWER_MILLIS);
            OutputStream out = client.getOutputStream();
            out.write(("PUT /upload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + bytes
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] piece = new byte[PIECE_BYTES];
            for (long left = bytes; left > 0; left -= piece.length) {
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
