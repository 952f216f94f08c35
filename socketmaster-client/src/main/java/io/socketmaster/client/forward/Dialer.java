package io.socketmaster.client.forward;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.ClientLoop;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Opens connections to a program. A host with several addresses is tried at each of them, first at the one that answered
 * last. Its name is looked up again after none of them answered. Fields belong to the loop.
 */
final class Dialer {
    private final EventLoop loop;
    private final Address program;
    private final Duration timeout;
    /** What the name meant when it was looked up; empty: to be looked up. */
    private List<SocketAddress> known = List.of();

    Dialer(EventLoop loop, Address program, Duration timeout) {
        this.loop = loop;
        this.program = program;
        this.timeout = timeout;
    }

    Address program() {
        return program;
    }

    /**
     * Connects.
     *
     * @param onConnected gets the connection on the loop, which nothing reads yet and which may be half-closed, unless it is
     *     to a Unix socket; it is the receiver's
     * @param onFailed gets on the loop why no address took the connection
     */
    void dial(Consumer<Channel> onConnected, Consumer<Throwable> onFailed) {
        assert loop.inEventLoop();
        if (!known.isEmpty()) {
            tryNext(known, 0, onConnected, onFailed);
            return;
        }
        ClientLoop.runBlocking(() -> {
            try {
                List<SocketAddress> found = program.resolveAll();
                loop.execute(() -> {
                    known = found;
                    tryNext(found, 0, onConnected, onFailed);
                });
            } catch (UnknownHostException e) {
                loop.execute(() -> onFailed.accept(new IOException("unknown host", e)));
            } catch (UnsupportedOperationException e) {
                loop.execute(() -> onFailed.accept(e));
            }
        });
    }

    private void tryNext(
            List<SocketAddress> addresses, int index, Consumer<Channel> onConnected, Consumer<Throwable> onFailed) {
        SocketAddress address = addresses.get(index);
        ChannelFuture connecting = bootstrap(address).connect(address);
        // A socket that could not even be made, for lack of descriptors, is reported on a thread of Netty's own.
        connecting.addListener(done -> onLoop(() -> {
            if (done.isSuccess()) {
                known = withFirst(addresses, address);
                onConnected.accept(connecting.channel());
            } else if (index + 1 < addresses.size()) {
                tryNext(addresses, index + 1, onConnected, onFailed);
            } else {
                known = List.of();
                onFailed.accept(done.cause());
            }
        }));
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private static List<SocketAddress> withFirst(List<SocketAddress> addresses, SocketAddress first) {
        if (addresses.get(0).equals(first)) {
            return addresses;
        }
        List<SocketAddress> sorted = new ArrayList<>(addresses);
        sorted.remove(first);
        sorted.add(0, first);
        return List.copyOf(sorted);
    }

    private Bootstrap bootstrap(SocketAddress address) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.AUTO_READ, false)
                // Whoever gets the connection adds what it needs.
                .handler(new ChannelInboundHandlerAdapter());
        if (address instanceof UnixDomainSocketAddress) {
            return bootstrap.channel(NioDomainSocketChannel.class);
        }
        return bootstrap
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** A reason for people, without the address that Netty repeats behind it. */
    static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        int end = message.indexOf(": ");
        return end >= 0 && message.indexOf('/', end) >= 0 ? message.substring(0, end) : message;
    }
}
