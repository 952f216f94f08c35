package io.socketmaster.server.backend;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Looks backends up and tries whether they answer. Any thread. */
final class Reach {
    private final Dialler dialler;
    private final EventLoopGroup loops;
    private final Executor preparation;
    private final Duration connectTimeout;

    Reach(Dialler dialler, EventLoopGroup loops, Executor preparation, Duration connectTimeout) {
        this.dialler = dialler;
        this.loops = loops;
        this.preparation = preparation;
        this.connectTimeout = connectTimeout;
    }

    /** The addresses to try, the first one first. Fails with a {@link ProtocolException} {@code BAD_REQUEST}, as a cause. */
    CompletableFuture<List<SocketAddress>> lookUp(BackendAddress address) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return address.resolve();
                    } catch (UnknownHostException e) {
                        throw new CompletionException(new ProtocolException(ErrorCode.BAD_REQUEST, e.getMessage(), e));
                    }
                },
                preparation);
    }

    /** Connects and closes again; the first address that answers, or a failure if none does. */
    CompletableFuture<SocketAddress> tryOut(BackendAddress address) {
        return lookUp(address).thenCompose(targets -> {
            CompletableFuture<SocketAddress> answered = new CompletableFuture<>();
            tryFrom(targets, 0, answered);
            return answered;
        });
    }

    private void tryFrom(List<SocketAddress> targets, int index, CompletableFuture<SocketAddress> answered) {
        SocketAddress target = targets.get(index);
        EventLoop loop = loops.next();
        loop.execute(() -> {
            Channel probe;
            try {
                probe = newChannel(target);
            } catch (ChannelException e) {
                answered.completeExceptionally(e);
                return;
            }
            loop.register(probe);
            probe.connect(target).addListener((ChannelFutureListener) attempt -> {
                probe.close();
                if (attempt.isSuccess()) {
                    answered.complete(target);
                } else if (index + 1 < targets.size()) {
                    tryFrom(targets, index + 1, answered);
                } else {
                    answered.completeExceptionally(new IOException(attempt.cause()));
                }
            });
        });
    }

    /** A channel for a client's connection to {@code target}. */
    Channel newChannel(SocketAddress target) {
        Channel channel = dialler.newChannel(target);
        channel.config().setConnectTimeoutMillis(Math.toIntExact(connectTimeout.toMillis()));
        return channel;
    }
}
