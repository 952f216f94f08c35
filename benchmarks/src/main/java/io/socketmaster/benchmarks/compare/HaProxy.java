package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * HAProxy with the configuration {@code haproxy.cfg}, filled in.
 *
 * @param process the process
 * @param http its HTTP frontend
 * @param bulk its TCP frontend
 * @param configuration what it was started with
 */
record HaProxy(ChildProcess process, InetSocketAddress http, InetSocketAddress bulk, String configuration)
        implements AutoCloseable {
    private static final Pattern NEVER = Pattern.compile("(?!)");

    static HaProxy start(ServiceProcess service, int threads) throws IOException, InterruptedException {
        InetSocketAddress http = freeAddress();
        InetSocketAddress bulk = freeAddress();
        String configuration = fill(Map.of(
                "threads", threads,
                "httpPort", http.getPort(),
                "bulkPort", bulk.getPort(),
                "serviceHttpPort", service.http().getPort(),
                "serviceBulkPort", service.bulk().getPort()));
        Path file = Files.createTempFile("haproxy", ".cfg");
        try {
            Files.writeString(file, configuration);
            // -db: stay in the foreground, one process.
            ChildProcess process =
                    ChildProcess.start("haproxy", List.of("haproxy", "-db", "-f", file.toString()), NEVER);
            process.awaitListening(http);
            process.awaitListening(bulk);
            return new HaProxy(process, http, bulk, configuration);
        } finally {
            Files.delete(file);
        }
    }

    private static String fill(Map<String, Integer> values) throws IOException {
        try (InputStream template = HaProxy.class.getResourceAsStream("haproxy.cfg")) {
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, Integer> value : values.entrySet()) {
                text = text.replace(
                        "${" + value.getKey() + "}", value.getValue().toString());
            }
            return text;
        }
    }

    /** A port that was free a moment ago: HAProxy cannot say which one it was given. */
    private static InetSocketAddress freeAddress() throws IOException {
        InetAddress loopback = Sockets.loopback(0).getAddress();
        try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
            return new InetSocketAddress(loopback, socket.getLocalPort());
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
