package io.socketmaster.benchmarks.chaos.service;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.SocketDefinition;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The service that the chaos is about, as a process: HTTP, HTTPS and plain TCP, each a session of its own, with the plain
 * blocking API. Registers, prints {@code standby http=PORT https=PORT tcp=PORT}, and takes traffic when its standard input
 * says {@code ready}, which it answers with {@code active asked-at=NANOS}. Leaves in good order on SIGTERM, or when it was
 * replaced; ends at once with its standard input, so that it never outlives its starter.
 */
@Command(name = "chaos-service", description = "The service that bin/chaos starts, stops and kills.")
public final class ChaosServiceMain implements Callable<Integer> {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int REHEARSALS = 50;

    @Option(names = "--daemon", paramLabel = "HOST:PORT", required = true)
    private String daemon;

    @Option(names = "--ports", paramLabel = "HTTP,HTTPS,TCP", split = ",", defaultValue = "0,0,0")
    private List<Integer> ports;

    @Option(
            names = "--directory",
            required = true,
            description = "Has the certificate and the key, and gets the journal of what was carried out")
    private Path directory;

    @Option(names = "--drain-millis", required = true)
    private long drainMillis;

    @Option(names = "--rehearse", description = "Answer some requests of its own before it says that it is there")
    private boolean rehearse;

    private final ExecutorService workers =
            Executors.newCachedThreadPool(new DefaultThreadFactory("work", /* daemon= */ true));
    private final ScheduledExecutorService later =
            Executors.newScheduledThreadPool(2, new DefaultThreadFactory("later", /* daemon= */ true));
    private Journal journal;

    /** What one kind of connection wants. */
    private interface Work {
        void run(StreamConnection stream) throws IOException;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ChaosServiceMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        journal = new Journal(directory);
        String certificate = Files.readString(directory.resolve("certificate.pem"));
        String key = Files.readString(directory.resolve("key.pem"));
        Work http = stream -> new HttpWork(stream, journal, later).run();
        if (rehearse) {
            rehearse(http);
        }
        List<SocketMasterListener> listeners = List.of(
                listen(SocketDefinition.http(ports.get(0), "/"), http),
                listen(SocketDefinition.http(ports.get(1), "/").withTls(certificate, key), http),
                listen(SocketDefinition.tcp(ports.get(2)), ChaosServiceMain::echo));
        System.out.println("standby http=" + port(listeners.get(0)) + " https=" + port(listeners.get(1)) + " tcp="
                + port(listeners.get(2)));
        CompletableFuture.allOf(listeners.stream()
                        .map(SocketMasterListener::closeFuture)
                        .toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> workers.execute(() -> System.exit(0)));
        obey(listeners);
        Runtime.getRuntime().halt(0);
        return 0;
    }

    /** A new JVM's first requests take it ten times as long: they come by another route, and are its own. */
    private void rehearse(Work http) throws IOException {
        try (SocketMasterListener stage = SocketMasterClient.builder()
                .daemon(daemon)
                .hold(Duration.ZERO)
                .listen(SocketDefinition.http(0, "/").withAddress(LOOPBACK))) {
            workers.execute(() -> acceptFrom(stage, http));
            for (int i = 0; i < REHEARSALS; i++) {
                try (Socket client = new Socket(LOOPBACK, port(stage))) {
                    client.getOutputStream()
                            .write("GET /bytes/1/200 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    client.getInputStream().readAllBytes();
                }
            }
        }
    }

    private SocketMasterListener listen(SocketDefinition definition, Work work) throws IOException {
        SocketMasterListener listener = SocketMasterClient.builder()
                .daemon(daemon)
                .drain(Duration.ofMillis(drainMillis))
                .ready(false)
                .listen(definition.withAddress(LOOPBACK))
                .closeOnShutdown();
        workers.execute(() -> acceptFrom(listener, work));
        return listener;
    }

    private void acceptFrom(SocketMasterListener listener, Work work) {
        try {
            for (StreamConnection stream; (stream = listener.accept()) != null; ) {
                StreamConnection taken = stream;
                workers.execute(() -> run(taken, work));
            }
        } catch (IOException e) {
            System.out.println("accepting ended: " + e.getMessage());
        }
    }

    private static void run(StreamConnection stream, Work work) {
        try {
            work.run(stream);
        } catch (IOException e) {
            stream.reset();
            clientLeft(e);
        }
    }

    private static void echo(StreamConnection stream) throws IOException {
        InputStream in = stream.getInputStream();
        OutputStream out = stream.getOutputStream();
        byte[] buffer = new byte[16 * 1024];
        for (int count; (count = in.read(buffer)) >= 0; ) {
            out.write(buffer, 0, count);
        }
        stream.close();
    }

    /** The clients count what they did not get; here it is only worth a line. */
    static void clientLeft(IOException cause) {
        System.out.println("a client left: " + cause.getMessage());
    }

    private static int port(SocketMasterListener listener) {
        return listener.boundAddresses().get(0).getPort();
    }

    /** Returns when the standard input ends. */
    private static void obey(List<SocketMasterListener> listeners) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order; (order = orders.readLine()) != null; ) {
            if (order.equals("ready")) {
                long asked = System.nanoTime();
                CompletableFuture.allOf(listeners.stream()
                                .map(SocketMasterListener::ready)
                                .toArray(CompletableFuture<?>[]::new))
                        .thenRun(() -> System.out.println("active asked-at=" + asked));
            }
        }
    }
}
