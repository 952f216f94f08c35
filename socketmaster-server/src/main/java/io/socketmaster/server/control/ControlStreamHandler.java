package io.socketmaster.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.control.ControlMessageDecoder;
import io.socketmaster.protocol.control.Side;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads a service's control stream. A message that cannot be read ends the stream, and leaves the session to its traffic. */
final class ControlStreamHandler extends ByteToMessageDecoder {
    private final ControlMessageDecoder decoder = new ControlMessageDecoder(Side.SERVICE);
    private final Consumer<ControlMessage> receiver;

    ControlStreamHandler(Consumer<ControlMessage> receiver) {
        this.receiver = receiver;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws ProtocolException {
        for (Optional<ControlMessage> next; (next = decoder.decode(in)).isPresent(); ) {
            receiver.accept(next.get());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
