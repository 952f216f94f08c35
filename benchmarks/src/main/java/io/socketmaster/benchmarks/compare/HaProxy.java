package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Certificate;
import io.socketmaster.benchmarks.process.ChildProcess;
import io.socketmaster.benchmarks.process.ServiceProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** HAProxy with the configuration {@code haproxy.cfg}, filled in. Stateless. */
final class HaProxy {
    private HaProxy() {}

    /**
     * Starts it.
     *
     * @param directory for its files; the certificate is there
     * @param threads how many it may use
     */
    static ProxyProcess start(ServiceProcess service, Path directory, int threads)
            throws IOException, InterruptedException {
        List<InetSocketAddress> free = Template.freeAddresses(3);
        InetSocketAddress http = free.get(0);
        InetSocketAddress https = free.get(1);
        InetSocketAddress bulk = free.get(2);
        Path pem = directory.resolve("haproxy.pem");
        Files.writeString(
                pem,
                Files.readString(directory.resolve(Certificate.CERTIFICATE_FILE))
                        + Files.readString(directory.resolve(Certificate.KEY_FILE)));
        Path file = directory.resolve("haproxy.cfg");
        Files.writeString(
                file,
                Template.fill(
                        "haproxy.cfg",
                        Map.of(
                                "threads", threads,
                                "httpPort", http.getPort(),
                                "httpsPort", https.getPort(),
                                "bulkPort", bulk.getPort(),
                                "pem", pem,
                                "serviceHttpPort", service.http().getPort(),
                                "serviceBulkPort", service.bulk().getPort())));
        // -db: stay in the foreground, one process.
        ChildProcess process = ProxyProcess.run("haproxy", List.of("haproxy", "-db", "-f", file.toString()), free);
        return new ProxyProcess(process, new Endpoints(http, https, Optional.of(https), Optional.of(http), bulk));
    }
}
