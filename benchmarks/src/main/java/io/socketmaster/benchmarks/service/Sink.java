package io.socketmaster.benchmarks.service;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** Reads to the FIN, then answers with the number of bytes. Fields belong to the channel's event loop. */
class Sink extends ChannelInboundHandlerAdapter {
    private long count;

    /** Bytes read so far. */
    final long count() {
        return count;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        count += bytes.readableBytes();
        bytes.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.writeAndFlush(ctx.alloc().buffer(Long.BYTES).writeLong(count)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A measurement of a rate ends by the client's going away.
        ctx.close();
    }
}
