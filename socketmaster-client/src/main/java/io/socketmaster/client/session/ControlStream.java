package io.socketmaster.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.control.ControlMessageDecoder;
import io.socketmaster.protocol.control.ControlMessageEncoder;
import io.socketmaster.protocol.control.Side;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The service's end of a version 2 session's control stream. Fields belong to the session's loop. What waits to be decoded
 * is bounded by the decoder, which refuses a message that is too long.
 */
final class ControlStream extends ChannelInboundHandlerAdapter {
    private final ControlMessageDecoder decoder = new ControlMessageDecoder(Side.DAEMON);
    private final Consumer<ControlMessage> messages;
    private final Consumer<String> broken;
    private ByteBuf unread;

    /**
     * @param messages gets what the daemon says
     * @param broken gets a sentence if the daemon breaks the protocol or ends the stream before its session
     */
    ControlStream(Consumer<ControlMessage> messages, Consumer<String> broken) {
        this.messages = messages;
        this.broken = broken;
    }

    static void send(Channel stream, ControlMessage message) {
        stream.writeAndFlush(ControlMessageEncoder.encode(message, stream.alloc()), stream.voidPromise());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        unread = ctx.alloc().buffer();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        unread.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            unread.writeBytes(bytes);
            for (Optional<ControlMessage> next; (next = decoder.decode(unread)).isPresent(); ) {
                messages.accept(next.get());
            }
            unread.discardSomeReadBytes();
        } catch (ProtocolException e) {
            broken.accept("the daemon broke the protocol on the control stream: " + e.getMessage());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        broken.accept("the daemon ended the control stream");
    }

    /** The end of the stream follows, and says what there is to say. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
