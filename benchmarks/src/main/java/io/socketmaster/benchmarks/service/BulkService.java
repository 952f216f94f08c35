package io.socketmaster.benchmarks.service;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/** Reads a connection's {@link BulkCommand} and leaves it to the handler that does it. */
final class BulkService extends ByteToMessageDecoder {
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < BulkCommand.BYTES) {
            return;
        }
        BulkCommand command = BulkCommand.of(in.readByte());
        long number = in.readLong();
        ctx.pipeline()
                .addLast(
                        switch (command) {
                            case DOWNLOAD -> new Source(number);
                            case UPLOAD -> new Sink();
                            case SLOW_UPLOAD -> new SlowSink(number);
                            case ECHO -> new Echo();
                        });
        // Passes on what came behind the command.
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
