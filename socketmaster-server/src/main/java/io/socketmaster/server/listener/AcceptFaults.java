package io.socketmaster.server.listener;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketmaster.server.events.DaemonEvents;
import java.io.IOException;

/**
 * Stands last in a listening socket's pipeline and tells of connections that could not be accepted, for want of descriptors most
 * of all. Netty's acceptor, which comes before, then rests for a second, and newcomers wait in the kernel's queue. Has no
 * state; any number of channels.
 */
@Sharable
public final class AcceptFaults extends ChannelInboundHandlerAdapter {
    private final DaemonEvents events;

    public AcceptFaults(DaemonEvents events) {
        this.events = events;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            events.acceptFailed(ctx.channel().localAddress(), String.valueOf(cause.getMessage()));
        } else {
            events.fault("accepting connections on " + ctx.channel().localAddress(), cause);
        }
    }
}
