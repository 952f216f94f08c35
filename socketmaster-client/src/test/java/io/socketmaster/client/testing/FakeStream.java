package io.socketmaster.client.testing;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.protocol.yamux.netty.StreamEstablished;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The client's end of a connection, as the daemon sees it: keeps what comes in and knows how it ended. */
public final class FakeStream extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private volatile Channel channel;
    private volatile boolean taken;
    private volatile boolean ended;
    private volatile StreamClosedException broken;

    void begin(Channel newChannel) {
        channel = newChannel;
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setAutoRead(true);
    }

    public FakeStream write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Completes when the session has taken all of it. */
    public ChannelFuture write(byte[] bytes) {
        return channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    }

    public void finish() {
        ((DuplexChannel) channel).shutdownOutput();
    }

    public void close() {
        channel.close();
    }

    public void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    public void stopReading() {
        channel.config().setAutoRead(false);
    }

    public void goOnReading() {
        channel.config().setAutoRead(true);
    }

    public byte[] received() {
        synchronized (received) {
            return received.toByteArray();
        }
    }

    public int receivedCount() {
        synchronized (received) {
            return received.size();
        }
    }

    public String text() {
        return new String(received(), StandardCharsets.UTF_8);
    }

    /** Whether something came in: the service has it. */
    public boolean isTaken() {
        return taken;
    }

    /** Whether the service ended its direction in good order. */
    public boolean isEnded() {
        return ended;
    }

    /** What broke it; null if nothing did. */
    public StreamClosedException broken() {
        return broken;
    }

    public void awaitTaken() {
        await().until(() -> taken);
    }

    public void awaitText(String expected) {
        await().until(() -> text().equals(expected));
    }

    public void awaitEnd() {
        await().until(() -> ended);
    }

    public void awaitBroken() {
        await().until(() -> broken != null);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy).release();
        synchronized (received) {
            received.writeBytes(copy);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == StreamEstablished.INSTANCE) {
            taken = true;
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended = true;
            if (((DuplexChannel) ctx.channel()).isOutputShutdown()) {
                ctx.close();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof StreamClosedException reason) {
            broken = reason;
        }
        ctx.close();
    }
}
