package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Services that do not do their part cost themselves, and nobody else. */
class BadNeighbourInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    /** After this long without room a connection counts as full. */
    private static final Duration FULL = Duration.ofMillis(500);

    /** Windows and socket buffers at the utmost; a daemon that keeps what nobody reads takes more. */
    private static final long MOST_PER_CONNECTION = 32L << 20;

    @Test
    void aServiceThatNeverAcceptsCostsOnlyItself() throws IOException {
        GoService stuck = interop.start(GoService.of("noaccept"));
        SteadyTraffic others = SteadyTraffic.start(interop);

        List<SocketChannel> clients = new ArrayList<>();
        try {
            // More than its backlog of 256: what is above it must wait at the daemon.
            for (int i = 0; i < 600; i++) {
                SocketChannel client = connect(stuck);
                clients.add(client);
                client.write(ByteBuffer.wrap(new byte[1_000]));
            }
            others.assertUndisturbed();
        } finally {
            closeAll(clients);
        }

        assertThat(stuck.process().errors().all())
                .noneMatch(line -> line.contains("backlog exceeded"))
                .noneMatch(line -> line.contains("ERR"));
        assertThat(stuck.process().isAlive()).isTrue();
        assertThat(stuck.process().output().all()).containsExactly("registered");
    }

    @Test
    void aServiceThatNeverReadsItsStreamsStopsTheirClientsAndNobodyElse() throws IOException {
        GoService stuck = interop.start(GoService.of("noread"));
        SteadyTraffic others = SteadyTraffic.start(interop);

        fillUp(stuck, 10);

        others.assertUndisturbed();
        assertThat(stuck.process().output().all()).containsExactly("registered");
    }

    @Test
    void aServiceThatNeverReadsItsSessionIsGivenUpAndNobodyElseNotices() throws IOException {
        int before = interop.journal().size();
        GoService deaf = interop.start(GoService.of("deaf"));
        String sessionId = interop.journal()
                .await(before, "about the deaf", line -> line.startsWith("registered tcp:" + deaf.port()), FULL)
                .split(" ")[2];
        SteadyTraffic others = SteadyTraffic.start(interop);

        fillUp(deaf, 10);

        // Contract section 1: within 15 s. Some more for a busy machine.
        interop.journal()
                .await(
                        before,
                        "that " + sessionId + " has ended",
                        line -> line.startsWith("session-end " + sessionId + " "),
                        Duration.ofSeconds(20));
        others.assertUndisturbed();
    }

    /** Connects some clients and lets each send until nothing more is taken from it. */
    private static void fillUp(GoService service, int clients) throws IOException {
        List<SocketChannel> connected = new ArrayList<>();
        try {
            for (int i = 0; i < clients; i++) {
                SocketChannel client = connect(service);
                connected.add(client);
                assertThat(sendUntilFull(client)).isLessThan(MOST_PER_CONNECTION);
            }
        } finally {
            closeAll(connected);
        }
    }

    private static long sendUntilFull(SocketChannel client) throws IOException {
        long sent = 0;
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        try (Selector selector = Selector.open()) {
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_WRITE);
            while (sent < MOST_PER_CONNECTION && selector.select(FULL.toMillis()) > 0) {
                selector.selectedKeys().clear();
                sent += client.write(bytes.clear());
            }
        }
        return sent;
    }

    private static SocketChannel connect(GoService service) throws IOException {
        return SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()));
    }

    private static void closeAll(List<SocketChannel> channels) throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
