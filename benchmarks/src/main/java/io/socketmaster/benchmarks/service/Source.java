package io.socketmaster.benchmarks.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

/** Sends a number of bytes as fast as they are taken, then FIN. Fields belong to the channel's event loop. */
final class Source extends ChannelInboundHandlerAdapter {
    private static final ByteBuf BLOCK =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(64 * 1024).writeZero(64 * 1024));

    private long left;
    private boolean ended;

    Source(long bytes) {
        left = bytes;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        send(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        send(ctx);
    }

    private void send(ChannelHandlerContext ctx) {
        while (left > 0 && ctx.channel().isWritable()) {
            int length = (int) Math.min(left, BLOCK.readableBytes());
            left -= length;
            ByteBuf block = BLOCK.slice(BLOCK.readerIndex(), length);
            if (left > 0) {
                // A failure comes to exceptionCaught, which ends this.
                ctx.write(block, ctx.voidPromise());
            } else {
                // Not before: a socket's shutdownOutput fails what waits to be written.
                ctx.write(block).addListener(written -> end(ctx));
            }
        }
        ctx.flush();
    }

    private void end(ChannelHandlerContext ctx) {
        ended = true;
        ((DuplexChannel) ctx.channel()).shutdownOutput();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent && ended) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // Endless sources end by their client's going away.
        ctx.close();
    }
}
