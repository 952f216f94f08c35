package io.socketmaster.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.socketmaster.benchmarks.HttpHead;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One connection of a {@link FixedRateLoad}: one request at a time. Fields belong to the load's event loop. */
final class FixedRateConnection extends ByteToMessageDecoder {
    private static final byte[] STATUS_OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
    private static final ByteBuf REQUEST = request();

    private final FixedRateLoad load;
    private final HttpHead head = new HttpHead();
    private ChannelHandlerContext context;
    private long dueNanos;
    private boolean asked;
    /** Bytes of the answer's body that are to come; -1: its head has not come. */
    private int bodyLeft = -1;

    private boolean failed;

    FixedRateConnection(FixedRateLoad load) {
        this.load = load;
    }

    private static ByteBuf request() {
        String text = "GET /bench HTTP/1.1\r\nHost: localhost\r\n\r\n";
        ByteBuf bytes = Unpooled.directBuffer(text.length());
        bytes.writeCharSequence(text, StandardCharsets.US_ASCII);
        return Unpooled.unreleasableBuffer(bytes.asReadOnly());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        load.connected(this, ctx.channel());
    }

    /** Sends a request; only after the answer to the one before. @param due when it should have been sent */
    void ask(long due) {
        dueNanos = due;
        asked = true;
        context.writeAndFlush(REQUEST.duplicate(), context.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (failed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (bodyLeft < 0) {
            int start = in.readerIndex();
            if (!head.read(in)) {
                return;
            }
            if (!asked || !isOk(in, start)) {
                fail(ctx);
                return;
            }
            bodyLeft = head.contentLength();
        }
        int part = Math.min(bodyLeft, in.readableBytes());
        in.skipBytes(part);
        bodyLeft -= part;
        if (bodyLeft == 0) {
            bodyLeft = -1;
            asked = false;
            load.answered(this, dueNanos);
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

    private void fail(ChannelHandlerContext ctx) {
        if (!failed) {
            failed = true;
            load.forget(this);
            if (asked) {
                load.failedUnderWay();
            } else if (!load.isOver()) {
                load.failed();
            }
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (context != null) {
            fail(ctx);
        }
    }

    /** With half-close allowed, an end of file is an event: nobody ends a connection of ours. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        fail(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx);
    }
}
