package io.socketmaster.benchmarks.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.socketmaster.benchmarks.HttpHead;
import java.nio.charset.StandardCharsets;

/**
 * Answers every request without a body with the same 128 bytes, made once; so what is measured is the way to here. Fields
 * belong to the channel's event loop.
 */
final class HttpService extends ChannelInboundHandlerAdapter {
    static final int BODY_BYTES = 128;

    private static final ByteBuf KEEP_ALIVE = answer("Connection: keep-alive\r\n");
    private static final ByteBuf CLOSE = answer("Connection: close\r\n");

    private final HttpHead head = new HttpHead();
    /** The beginning of a head whose end has not come; null mostly. */
    private ByteBuf begun;

    private static ByteBuf answer(String field) {
        String text = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + BODY_BYTES + "\r\n" + field
                + "\r\n" + "x".repeat(BODY_BYTES - 1) + "\n";
        ByteBuf bytes = Unpooled.directBuffer(text.length());
        bytes.writeCharSequence(text, StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(bytes.asReadOnly());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (begun != null) {
            in = begun.writeBytes(in);
            ((ByteBuf) message).release();
            begun = null;
        }
        try {
            while (in.isReadable() && head.read(in)) {
                if (head.isClose()) {
                    ctx.writeAndFlush(CLOSE.duplicate()).addListener(ChannelFutureListener.CLOSE);
                    return;
                }
                ctx.write(KEEP_ALIVE.duplicate(), ctx.voidPromise());
            }
            if (in.isReadable()) {
                begun = ctx.alloc().buffer(in.readableBytes() * 2).writeBytes(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The load counts what it did not get; a client that goes away in mid-answer is how every run ends.
        ctx.close();
    }
}
