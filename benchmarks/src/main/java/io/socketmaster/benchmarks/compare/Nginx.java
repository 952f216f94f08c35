package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** nginx with the configuration {@code nginx.conf}, filled in. Stateless. */
final class Nginx {
    private Nginx() {}

    /** Where modules are that nginx loads, the one for plain TCP among them; empty if there is none. */
    static Optional<Path> modules() {
        return Stream.of("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules")
                .map(Path::of)
                .filter(directory -> Files.exists(directory.resolve("ngx_stream_module.so")))
                .findFirst();
    }

    /**
     * Starts it.
     *
     * @param directory for its files; the certificate is there
     * @param workers how many processes do the work
     */
    static ProxyProcess start(ServiceProcess service, Path directory, int workers)
            throws IOException, InterruptedException {
        List<InetSocketAddress> free = Template.freeAddresses(4);
        InetSocketAddress http = free.get(0);
        InetSocketAddress https = free.get(1);
        InetSocketAddress http2Clear = free.get(2);
        InetSocketAddress bulk = free.get(3);
        Path file = directory.resolve("nginx.conf");
        Files.writeString(
                file,
                Template.fill(
                        "nginx.conf",
                        Map.of(
                                "threads", workers,
                                "directory", directory,
                                "modules", modules().orElseThrow(),
                                "httpPort", http.getPort(),
                                "httpsPort", https.getPort(),
                                "http2ClearPort", http2Clear.getPort(),
                                "bulkPort", bulk.getPort(),
                                "serviceHttpPort", service.http().getPort(),
                                "serviceBulkPort", service.bulk().getPort())));
        // -e: its compiled-in error log may not be there, or not be ours.
        ChildProcess process = ProxyProcess.run(
                "nginx", List.of("nginx", "-p", directory.toString(), "-e", "stderr", "-c", file.toString()), free);
        return new ProxyProcess(process, new Endpoints(http, https, Optional.of(https), Optional.of(http2Clear), bulk));
    }
}
