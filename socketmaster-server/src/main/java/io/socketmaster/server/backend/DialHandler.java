package io.socketmaster.server.backend;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.protocol.yamux.netty.StreamEstablished;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;

/**
 * Makes a socket that is being connected look like a stream ({@link io.socketmaster.server.relay.StreamUpstream}): what is
 * written waits in the channel's own queue, a connection that stands is a stream that was taken, and one that fails is a
 * stream that nobody has seen. First in its channel's pipeline; fields belong to the channel's loop.
 */
final class DialHandler extends ChannelDuplexHandler {
    private final Consumer<String> onRefused;
    private ChannelHandlerContext ctx;
    private boolean connected;
    private boolean flushWanted;
    private boolean readWanted;

    /** @param onRefused told, on the loop, that the address could not be reached, and why */
    DialHandler(Consumer<String> onRefused) {
        this.onRefused = onRefused;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
    }

    /** Begins. On the loop, when the channel is registered. */
    void connect(SocketAddress target) {
        ctx.connect(target).addListener(attempt -> {
            if (!attempt.isSuccess()) {
                failed(attempt.cause());
            }
        });
    }

    private void failed(Throwable cause) {
        // One that was closed from this side was not refused: its client has left.
        if (!(cause instanceof ClosedChannelException)) {
            String reason = String.valueOf(cause.getMessage());
            onRefused.accept(reason);
            ctx.fireExceptionCaught(new StreamClosedException(
                    StreamClosedException.Cause.NEVER_SENT, /* established= */ false, reason));
        }
        ctx.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connected = true;
        ctx.fireChannelActive();
        if (flushWanted) {
            ctx.flush();
        }
        if (readWanted) {
            ctx.read();
        }
        ctx.fireUserEventTriggered(StreamEstablished.INSTANCE);
    }

    /** A flush would fail what waits. */
    @Override
    public void flush(ChannelHandlerContext context) {
        if (connected) {
            ctx.flush();
        } else {
            flushWanted = true;
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (connected) {
            ctx.read();
        } else {
            readWanted = true;
        }
    }

    /** What waits fails with the channel; that it was refused was said, and is the whole of it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (connected) {
            ctx.fireExceptionCaught(cause);
        }
    }

    /** A channel that never was active does not become inactive, but a stream that was offered has ended. */
    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        if (!connected) {
            ctx.fireChannelInactive();
        }
        ctx.fireChannelUnregistered();
    }
}
