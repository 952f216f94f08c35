package io.socketmaster.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.socketmaster.benchmarks.HttpHead;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One connection of a {@link HttpLoad}. Fields belong to the load's event loop. */
final class HttpLoadConnection extends ByteToMessageDecoder {
    private static final byte[] STATUS_OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final ByteBuf REQUEST = request("");
    private static final ByteBuf LAST_REQUEST = request("Connection: close\r\n");

    private final HttpLoad load;
    private final HttpHead head = new HttpHead();
    private long askedNanos;
    /** Bytes of the answer's body that are to come; -1: its head has not come. */
    private int bodyLeft = -1;

    private boolean connected;
    private boolean done;

    /** @param connectNanos when its connect began */
    HttpLoadConnection(HttpLoad load, long connectNanos) {
        this.load = load;
        this.askedNanos = connectNanos;
    }

    private static ByteBuf request(String field) {
        String text = "GET /bench HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n";
        ByteBuf bytes = Unpooled.directBuffer(text.length());
        bytes.writeCharSequence(text, StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(bytes.asReadOnly());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connected = true;
        if (load.usesNewConnections()) {
            ctx.writeAndFlush(LAST_REQUEST.duplicate(), ctx.voidPromise());
        } else {
            ask(ctx);
        }
    }

    private void ask(ChannelHandlerContext ctx) {
        askedNanos = System.nanoTime();
        ctx.writeAndFlush(REQUEST.duplicate(), ctx.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (done) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (bodyLeft < 0) {
            int start = in.readerIndex();
            if (!head.read(in)) {
                return;
            }
            if (!isOk(in, start)) {
                fail(ctx);
                return;
            }
            bodyLeft = head.contentLength();
        }
        int part = Math.min(bodyLeft, in.readableBytes());
        in.skipBytes(part);
        bodyLeft -= part;
        if (bodyLeft == 0) {
            answered(ctx);
        }
    }

    private static boolean isOk(ByteBuf in, int start) {
        for (int i = 0; i < STATUS_OK.length; i++) {
            if (in.getByte(start + i) != STATUS_OK[i]) {
                return false;
            }
        }
        return true;
    }

    private void answered(ChannelHandlerContext ctx) {
        bodyLeft = -1;
        load.answered(System.nanoTime() - askedNanos);
        if (load.isOver()) {
            done = true;
            ctx.close();
        } else if (load.usesNewConnections() || head.isClose()) {
            done = true;
            ctx.close();
            load.ended();
        } else {
            ask(ctx);
        }
    }

    private void fail(ChannelHandlerContext ctx) {
        if (!done) {
            done = true;
            load.failed();
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (connected) {
            fail(ctx);
        }
    }

    /** With half-close allowed, an end of file is an event: an answer is missing. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        fail(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx);
    }
}
