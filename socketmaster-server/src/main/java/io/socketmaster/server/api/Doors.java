package io.socketmaster.server.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.server.listener.ListenAddress;
import io.socketmaster.server.listener.PublicSockets;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Small listening sockets beside the control socket, each with the few paths that scripts for another tool call. Any thread.
 */
final class Doors {
    private static final String LOOPBACK = "127.0.0.1";

    private final PublicSockets sockets;
    private final BiConsumer<Channel, Router> serve;
    private final Function<String, Router> switches;
    private final Map<String, Switch> open = new ConcurrentHashMap<>();
    /** Those that stay for as long as the daemon does. Bounded by who starts it. */
    private final Queue<PublicSockets.Bound> lasting = new ConcurrentLinkedQueue<>();

    /** @param socket completes when it is open */
    private record Switch(int port, CompletableFuture<PublicSockets.Bound> socket) {
        void close() {
            socket.thenAccept(PublicSockets.Bound::close);
        }
    }

    /**
     * @param serve takes a connection over, on its loop
     * @param switches the paths that switch the backend of a name
     */
    Doors(PublicSockets sockets, BiConsumer<Channel, Router> serve, Function<String, Router> switches) {
        this.sockets = sockets;
        this.serve = serve;
        this.switches = switches;
    }

    /**
     * Does {@code then} behind an open switch for the backend {@code name}, on loopback; the switch is closed again if that fails.
     *
     * @param port empty: without a switch, or with the one that is there
     * @return what {@code then} returns; or fails with a {@link ProtocolException}, perhaps as a cause
     */
    <T> CompletableFuture<T> withSwitch(String name, Optional<Integer> port, Supplier<CompletableFuture<T>> then) {
        if (port.isEmpty()) {
            return then.get();
        }
        Switch fresh = new Switch(port.get(), new CompletableFuture<>());
        Switch known = open.putIfAbsent(name, fresh);
        if (known != null) {
            return known.port() == port.get()
                    ? known.socket().thenCompose(bound -> then.get())
                    : CompletableFuture.failedFuture(new ProtocolException(
                            ErrorCode.NAME_OWNED,
                            "the switch of '" + name + "' listens on port " + known.port()
                                    + "; use that one, or remove the backend first"));
        }
        bind(new ListenAddress.Ip(LOOPBACK, port.get()), switches.apply(name)).whenComplete((bound, failure) -> {
            if (failure == null) {
                fresh.socket().complete(bound);
            } else {
                fresh.socket().completeExceptionally(failure);
            }
        });
        return fresh.socket().thenCompose(bound -> then.get()).whenComplete((done, failure) -> {
            if (failure != null && open.remove(name, fresh)) {
                fresh.close();
            }
        });
    }

    void closeSwitch(String name) {
        Switch known = open.remove(name);
        if (known != null) {
            known.close();
        }
    }

    /** No connection is accepted any more. */
    void close() {
        open.keySet().forEach(this::closeSwitch);
        lasting.forEach(PublicSockets.Bound::close);
    }

    /** Opens a socket that serves the paths of {@code router} for as long as the daemon runs. */
    CompletableFuture<PublicSockets.Bound> openLasting(ListenAddress address, Router router) {
        return bind(address, router).whenComplete((bound, failure) -> {
            if (bound != null) {
                lasting.add(bound);
            }
        });
    }

    private CompletableFuture<PublicSockets.Bound> bind(ListenAddress address, Router router) {
        return sockets.bind(address, new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel connection) {
                serve.accept(connection, router);
            }
        });
    }
}
