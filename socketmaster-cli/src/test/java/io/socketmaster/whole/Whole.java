package io.socketmaster.whole;

import io.socketmaster.client.ListenerEvents;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A daemon, services on the client library, and a plain client: all in this process. Everything ends with it. */
final class Whole implements AutoCloseable {
    /** A loaded machine may take its time for the first classes of a JVM. */
    private static final int PATIENCE_MILLIS = 60_000;

    final SocketMasterDaemon daemon;
    private final List<Service> services = new CopyOnWriteArrayList<>();

    Whole() throws IOException {
        LogEvents log = new LogEvents(false);
        daemon = SocketMasterDaemon.start(
                DaemonSettings.DEFAULTS
                        .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .withStopGrace(Duration.ofSeconds(2)),
                log,
                log);
    }

    String address() {
        return "127.0.0.1:" + daemon.controlAddress().getPort();
    }

    /** A service that answers each request with its name and its request line, unless the path is {@code /wait}. */
    Service serve(String name, SocketDefinition definition) throws IOException {
        return serve(name, definition, client -> client);
    }

    Service serve(String name, SocketDefinition definition, UnaryOperator<SocketMasterClient.Builder> options)
            throws IOException {
        Service service = new Service(name, definition, options);
        services.add(service);
        return service;
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofMillis(PATIENCE_MILLIS));
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    /** Sends a request on a connection that stays, and reads the answer's body. */
    static String ask(Socket client, String method, String path) throws IOException {
        client.getOutputStream()
                .write((method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                                + (method.equals("POST") ? "Content-Length: 0\r\n" : "") + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = client.getInputStream();
        String head = readUntil(in, "\r\n\r\n");
        String length = head.toLowerCase(java.util.Locale.ROOT)
                .split("content-length: ")[1]
                .split("\r")[0];
        String body = new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.US_ASCII);
        return head.startsWith("HTTP/1.1 200 ") ? body : head + body;
    }

    /** What the control API says there. */
    String api(String path) throws IOException {
        try (Socket client = connect(daemon.controlAddress().getPort())) {
            return ask(client, "GET", path);
        }
    }

    static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.length() < end.length()
                || !read.substring(read.length() - end.length()).equals(end)) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("end of file after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    @Override
    public void close() throws InterruptedException {
        for (Service service : services) {
            service.listener.closeNow();
            service.thread.join();
        }
        daemon.close();
    }

    /** One generation, on a thread of its own. */
    final class Service implements ListenerEvents {
        final SocketMasterListener listener;
        final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
        /** Requests that wait for ever. */
        final ConcurrentLinkedQueue<StreamConnection> waiting = new ConcurrentLinkedQueue<>();

        private final String name;
        private final Thread thread;

        private Service(String name, SocketDefinition definition, UnaryOperator<SocketMasterClient.Builder> options)
                throws IOException {
            this.name = name;
            this.listener = options.apply(SocketMasterClient.builder())
                    .daemon(address())
                    .events(this)
                    .listen(definition.withAddress("127.0.0.1"));
            this.thread = new Thread(this::run, "service-" + name);
            thread.start();
        }

        int port() {
            return listener.boundAddresses().get(0).getPort();
        }

        private void run() {
            try {
                for (StreamConnection stream; (stream = listener.accept()) != null; ) {
                    answer(stream);
                }
            } catch (IOException e) {
                events.add("accepting ended: " + e.getMessage());
            }
        }

        private void answer(StreamConnection stream) {
            try {
                String request = readUntil(stream.getInputStream(), "\r\n\r\n").split(" HTTP")[0];
                if (request.endsWith(" /wait")) {
                    waiting.add(stream);
                    return;
                }
                String body = name + ": " + request;
                stream.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                stream.close();
            } catch (IOException e) {
                events.add("a request was lost: " + e.getMessage());
                stream.reset();
            }
        }

        @Override
        public void replaced(Duration deadline) {
            events.add("replaced");
        }

        @Override
        public void takenBack() {
            events.add("taken back");
        }
    }
}
