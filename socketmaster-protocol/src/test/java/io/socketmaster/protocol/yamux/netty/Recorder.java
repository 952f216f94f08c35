package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The end of a stream's pipeline: notes what comes, counts and digests the bytes. */
final class Recorder extends ChannelInboundHandlerAdapter {
    /** What came, in order: {@code active, established, eof, reset established, inactive}. Data is not noted here. */
    final Queue<String> events = new ConcurrentLinkedQueue<>();

    private final MessageDigest digest;
    volatile long received;
    volatile StreamClosedException broken;
    volatile boolean writable = true;

    Recorder() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String digest() {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        events.add("active");
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one loop writes
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf data = (ByteBuf) message;
        digest.update(data.nioBuffer());
        received += data.readableBytes();
        data.release();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writable = ctx.channel().isWritable();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == StreamEstablished.INSTANCE) {
            events.add("established");
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            events.add("eof after " + received);
        } else if (event != ChannelInputShutdownReadComplete.INSTANCE) {
            events.add("unexpected " + event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof StreamClosedException closed) {
            broken = closed;
            events.add(broken.reason() + (broken.isEstablished() ? " established" : "") + " after " + received);
        } else {
            events.add("unexpected " + cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        events.add("inactive");
    }
}
