package io.socketmaster.client.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.protocol.SocketDefinition;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands at the head of a server channel's pipeline, where {@code bind} and {@code close} come by, and lets each through when
 * what it means has happened: a registration that stands, a service that has left. Netty does both in one step, and ours take
 * time. Fields belong to the channel's loop.
 */
final class RegistrationGate extends ChannelOutboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger("io.socketmaster.client");

    private final SocketMasterServerChannel channel;
    private final SocketMasterClient.Builder client;
    private final SocketDefinition definition;

    RegistrationGate(
            SocketMasterServerChannel channel, SocketMasterClient.Builder client, SocketDefinition definition) {
        this.channel = channel;
        this.client = client;
        this.definition = definition;
    }

    @Override
    public void bind(ChannelHandlerContext ctx, SocketAddress address, ChannelPromise promise) {
        client.listenAsync(definition, channel::offer)
                .whenComplete((listener, failure) -> onLoop(ctx, listener, () -> {
                    if (failure != null) {
                        promise.tryFailure(failure);
                    } else if (!channel.isOpen()) {
                        listener.closeNow();
                        promise.tryFailure(new ClosedChannelException());
                    } else {
                        channel.registered(listener);
                        closeWith(ctx, listener);
                        leaveWithLoop(ctx, listener);
                        ctx.bind(address, promise);
                    }
                }));
    }

    /** The channel ends when the listener does: replaced, asked to leave, or by an error that nothing mends. */
    private static void closeWith(ChannelHandlerContext ctx, SocketMasterListener listener) {
        listener.closeFuture()
                .whenComplete((nothing, failure) -> onLoop(ctx, listener, () -> {
                    if (failure != null) {
                        ctx.pipeline().fireExceptionCaught(failure);
                    }
                    ctx.close();
                }));
    }

    /**
     * Event loops close the sockets that are left when they end, and know nothing of channels without one. A registration
     * whose connections nobody serves would draw traffic into nowhere.
     */
    private static void leaveWithLoop(ChannelHandlerContext ctx, SocketMasterListener listener) {
        Future<?> loopEnd = ctx.channel().eventLoop().terminationFuture();
        GenericFutureListener<Future<Object>> leave = ended -> listener.closeNow();
        loopEnd.addListener(leave);
        // A loop may see many channels come and go.
        ctx.channel().closeFuture().addListener(closed -> loopEnd.removeListener(leave));
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        SocketMasterListener listener = channel.listener().orElse(null);
        if (listener == null || listener.isClosed()) {
            ctx.close(promise);
        } else {
            listener.drain().whenComplete((nothing, failure) -> onLoop(ctx, listener, () -> ctx.close(promise)));
        }
    }

    private static void onLoop(ChannelHandlerContext ctx, SocketMasterListener listener, Runnable task) {
        try {
            ctx.executor().execute(task);
        } catch (RejectedExecutionException loopShutDown) {
            // The loop was shut down without waiting for the channel: nobody is left to serve connections.
            LOG.debug("the event loop of {} was shut down before it was closed", ctx.channel());
            if (listener != null) {
                listener.closeNow();
            }
        }
    }
}
