package io.socketmaster.server.listener;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.unix.SocketFileException;
import io.socketmaster.server.unix.UnixSocketFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Opens and closes listening sockets: TCP ports, and Unix sockets with their files. Any thread. */
public final class PublicSockets {
    private final Function<InetSocketAddress, ServerBootstrap> tcp;
    private final Supplier<ServerBootstrap> unix;
    private final Executor files;
    private final DaemonEvents events;
    private final AcceptFaults acceptFaults;
    /** Those that are not quite closed yet: who opens one again at once would be told that it is in use. */
    private final Map<ListenAddress, CompletableFuture<Void>> closing = new ConcurrentHashMap<>();

    /**
     * @param tcp makes a bootstrap for an address, with group, channel class and options, but without handlers
     * @param unix the same for Unix sockets
     * @param files touches files, which may block
     * @param events told of faults
     */
    public PublicSockets(
            Function<InetSocketAddress, ServerBootstrap> tcp,
            Supplier<ServerBootstrap> unix,
            Executor files,
            DaemonEvents events) {
        this.tcp = tcp;
        this.unix = unix;
        this.files = files;
        this.events = events;
        this.acceptFaults = new AcceptFaults(events);
    }

    /** One that is open. */
    public final class Bound {
        private final ListenAddress place;
        private final Channel channel;
        private final SocketAddress address;
        private final Optional<UnixSocketFile> file;

        private Bound(ListenAddress place, Channel channel, SocketAddress address, Optional<UnixSocketFile> file) {
            this.place = place;
            this.channel = channel;
            this.address = address;
            this.file = file;
        }

        /** Where clients find it. */
        public SocketAddress address() {
            return address;
        }

        /** Accepts nothing more; its file goes. Any number of times. */
        public void close() {
            CompletableFuture<Void> closed = new CompletableFuture<>();
            if (closing.putIfAbsent(place, closed) != null) {
                return;
            }
            channel.close()
                    .addListener(done -> files.execute(() -> {
                        file.ifPresent(PublicSockets.this::delete);
                        whenReleased(channel.eventLoop(), () -> {
                            closing.remove(place, closed);
                            closed.complete(null);
                        });
                    }));
        }
    }

    /**
     * Opens a socket; where one that stands in its way is being closed at this moment, after that.
     *
     * @return fails with a {@link ProtocolException} that says why it cannot be had, perhaps as a cause; nothing is left then
     */
    public CompletableFuture<Bound> bind(ListenAddress address, ChannelHandler connections) {
        CompletableFuture<?>[] before = closing.entrySet().stream()
                .filter(place -> place.getKey().overlaps(address))
                .map(Map.Entry::getValue)
                .toArray(CompletableFuture<?>[]::new);
        return before.length == 0
                ? open(address, connections)
                : CompletableFuture.allOf(before).thenCompose(closed -> open(address, connections));
    }

    private CompletableFuture<Bound> open(ListenAddress address, ChannelHandler connections) {
        if (address instanceof ListenAddress.UnixSocket socket) {
            return openUnix(socket, connections);
        }
        InetSocketAddress ip = ((ListenAddress.Ip) address).toSocketAddress();
        return bind(tcp.apply(ip), connections, ip, address).thenApply(channel -> {
            InetSocketAddress bound = (InetSocketAddress) channel.localAddress();
            return new Bound(address.withPort(bound.getPort()), channel, bound, Optional.empty());
        });
    }

    private CompletableFuture<Bound> openUnix(ListenAddress.UnixSocket socket, ChannelHandler connections) {
        return CompletableFuture.supplyAsync(() -> prepare(socket), files)
                .thenCompose(file -> bind(unix.get(), connections, UnixDomainSocketAddress.of(file.bindPath()), socket)
                        .thenApplyAsync(channel -> publish(socket, file, channel), files)
                        .whenComplete((bound, failure) -> {
                            if (failure != null) {
                                files.execute(() -> delete(file));
                            }
                        }));
    }

    private CompletableFuture<Channel> bind(
            ServerBootstrap server, ChannelHandler connections, SocketAddress at, ListenAddress address) {
        CompletableFuture<Channel> bound = new CompletableFuture<>();
        ChannelFuture bind = server.childHandler(connections).bind(at);
        bind.addListener(done -> {
            if (done.isSuccess()) {
                bind.channel().pipeline().addLast(acceptFaults);
                bound.complete(bind.channel());
            } else {
                bound.completeExceptionally(BindFailure.explain(address.toString(), done.cause()));
            }
        });
        return bound;
    }

    /**
     * Runs {@code action} on {@code loop} when the kernel has let go of what was closed there. A channel says that it is
     * closed before that: the JDK keeps its descriptor, and with it the port, until the loop's selector has forgotten it,
     * which it does when it selects next. What is added at the end of a loop's pass runs in the next, which begins with that.
     */
    private static void whenReleased(EventLoop loop, Runnable action) {
        try {
            ((SingleThreadEventLoop) loop).executeAfterEventLoopIteration(() -> loop.execute(action));
        } catch (RejectedExecutionException stopped) {
            action.run(); // the selector went with the loop
        }
    }

    private static UnixSocketFile prepare(ListenAddress.UnixSocket socket) {
        try {
            return UnixSocketFile.prepare(socket.path(), socket.rights());
        } catch (SocketFileException e) {
            throw new CompletionException(explain(e));
        }
    }

    private Bound publish(ListenAddress place, UnixSocketFile file, Channel channel) {
        try {
            file.publish();
        } catch (SocketFileException e) {
            channel.close();
            throw new CompletionException(explain(e));
        }
        return new Bound(place, channel, UnixDomainSocketAddress.of(file.path()), Optional.of(file));
    }

    private static ProtocolException explain(SocketFileException e) {
        ErrorCode code = switch (e.reason()) {
            case IN_USE -> ErrorCode.PORT_IN_USE;
            case DENIED -> ErrorCode.PORT_DENIED;
            case UNUSABLE -> ErrorCode.BAD_REQUEST;
        };
        return new ProtocolException(code, e.getMessage(), e);
    }

    private void delete(UnixSocketFile file) {
        try {
            file.delete();
        } catch (IOException e) {
            events.fault("removing the Unix socket " + file.path(), e);
        }
    }
}
