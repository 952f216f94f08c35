package io.socketmaster.server.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A stream of a service that a test plays from its own thread. Text is ISO 8859-1. */
final class StreamByHand {
    private static final int PATIENCE_SECONDS = 15;

    private final Channel channel;
    private final BlockingQueue<String> pieces = new LinkedBlockingQueue<>();
    private final StringBuilder unread = new StringBuilder();

    private StreamByHand(Channel channel) {
        this.channel = channel;
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                pieces.add(bytes.toString(StandardCharsets.ISO_8859_1));
                bytes.release();
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
            }
        });
    }

    /** The streams of one service, in the order in which they were opened. */
    static final class Queue {
        private final BlockingQueue<StreamByHand> opened = new LinkedBlockingQueue<>();

        /** For {@link RunningDaemon#register}. */
        void accept(Channel stream) {
            opened.add(new StreamByHand(stream));
        }

        StreamByHand next() throws InterruptedException {
            return within(opened);
        }
    }

    private static <T> T within(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    Channel channel() {
        return channel;
    }

    StreamByHand send(String text) {
        channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Reads up to and with {@code end}. */
    String readUntil(String end) throws InterruptedException {
        while (unread.indexOf(end) < 0) {
            unread.append(within(pieces));
        }
        return take(unread.indexOf(end) + end.length());
    }

    String read(int length) throws InterruptedException {
        while (unread.length() < length) {
            unread.append(within(pieces));
        }
        return take(length);
    }

    private String take(int length) {
        String text = unread.substring(0, length);
        unread.delete(0, length);
        return text;
    }

    void end() {
        channel.close();
    }
}
