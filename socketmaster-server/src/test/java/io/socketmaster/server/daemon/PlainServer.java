package io.socketmaster.server.daemon;

import io.socketmaster.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program that knows nothing of us: says its name to each connection, then sends back what comes, and ends when its client
 * has ended.
 */
final class PlainServer implements AutoCloseable {
    private final String name;
    private final ServerSocketChannel server;
    private final CompletableFuture<Void> serving;
    private final Queue<SocketChannel> open = new ConcurrentLinkedQueue<>();
    final AtomicInteger accepted = new AtomicInteger();

    private PlainServer(String name, ServerSocketChannel server) {
        this.name = name;
        this.server = server;
        serving = Background.run(this::serve);
    }

    static PlainServer start(String name) throws IOException {
        return start(name, 0);
    }

    static PlainServer start(String name, int port) throws IOException {
        return new PlainServer(
                name, ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    static PlainServer start(String name, Path path) throws IOException {
        return new PlainServer(
                name, ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)));
    }

    /** A port at which nobody listens. */
    static int freePort() throws IOException {
        try (ServerSocketChannel probe = ServerSocketChannel.open()) {
            return ((InetSocketAddress) probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                            .getLocalAddress())
                    .getPort();
        }
    }

    int port() throws IOException {
        return ((InetSocketAddress) server.getLocalAddress()).getPort();
    }

    /** As a backend's address. */
    String address() throws IOException {
        SocketAddress at = server.getLocalAddress();
        return at instanceof UnixDomainSocketAddress unix ? "unix:" + unix.getPath() : "127.0.0.1:" + port();
    }

    private void serve() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                accepted.incrementAndGet();
                open.add(client);
                Background.run(() -> echo(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void echo(SocketChannel client) {
        try (client) {
            client.write(ByteBuffer.wrap((name + ">").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer bytes = ByteBuffer.allocate(16 * 1024);
            while (client.read(bytes.clear()) >= 0) {
                client.write(bytes.flip());
            }
        } catch (IOException lost) {
            return;
        } finally {
            open.remove(client);
        }
    }

    /** How many connections are open. */
    int connections() {
        return open.size();
    }

    /** Takes no more connections; those that stand go on. */
    void stopListening() throws IOException {
        server.close();
        // A thread in accept() keeps the socket listening until it has left.
        serving.join();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel client : open) {
            client.close();
        }
    }
}
