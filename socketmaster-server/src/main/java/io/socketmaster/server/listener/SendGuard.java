package io.socketmaster.server.listener;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.relay.Endings;
import io.socketmaster.server.relay.Stalls;
import java.net.SocketAddress;

/**
 * First in each client connection's pipeline, next to the socket: bounds what the kernel keeps for this client while memory
 * is tight, and tells when the client takes nothing. Fields belong to the connection's event loop, but for {@code
 * sinceNanos}.
 */
final class SendGuard extends ChannelDuplexHandler implements Stalls.Stalled {
    private final MemoryWatch memory;
    private final DaemonEvents events;
    private ChannelHandlerContext context;
    private boolean bounded;
    private volatile long sinceNanos;

    SendGuard(MemoryWatch memory, DaemonEvents events) {
        this.memory = memory;
        this.events = events;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        // Asked every time: whoever asks may be the one who looks.
        boolean small = memory.areSendsBounded();
        if (small && !bounded) {
            // For good: the kernel has no way back to a size that it chooses itself. A Unix socket has none to set.
            bounded = true;
            ctx.channel().config().setOption(ChannelOption.SO_SNDBUF, memory.sendBytes());
        }
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            memory.stalls().end(this);
        } else {
            sinceNanos = memory.nanoTime();
            memory.stalls().begin(this);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        memory.stalls().end(this);
        ctx.fireChannelInactive();
    }

    // ---- as one who takes nothing; any thread

    @Override
    public long sinceNanos() {
        return sinceNanos;
    }

    @Override
    public void cutOff() {
        context.executor().execute(() -> {
            if (context.channel().isActive() && !context.channel().isWritable()) {
                SocketAddress port = context.channel().localAddress();
                events.stalledClientReset(port, memory.nanoTime() - sinceNanos);
                Endings.reset(context.channel());
            }
        });
    }
}
