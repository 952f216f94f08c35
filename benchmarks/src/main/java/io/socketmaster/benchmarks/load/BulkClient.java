package io.socketmaster.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.socketmaster.benchmarks.service.BulkCommand;

/** One connection to the service's bulk port. Fields belong to the channel's event loop. */
public final class BulkClient extends ChannelInboundHandlerAdapter {
    /** Which way the bytes go, and how fast they are read there. */
    public enum Direction {
        DOWNLOAD(BulkCommand.DOWNLOAD, 0),
        UPLOAD(BulkCommand.UPLOAD, 0),
        /** To a reader of 1 MB/s. */
        SLOW_UPLOAD(BulkCommand.SLOW_UPLOAD, 1_000_000);

        private final BulkCommand command;
        private final long rate;

        Direction(BulkCommand command, long rate) {
            this.command = command;
            this.rate = rate;
        }
    }

    /** Learns what happens; on the channel's event loop. */
    public interface Listener {
        /** The connection stands. */
        void onConnected(Channel channel);

        /** So many more bytes were received, or taken by the socket. */
        void onBytes(long more);

        /** The connection ended. @param complete whether all bytes arrived at the other end, by its own count */
        void onEnd(boolean complete);
    }

    private static final ByteBuf BLOCK =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(64 * 1024).writeZero(64 * 1024));

    private final Direction direction;
    private final long bytes;
    private final Listener listener;
    private long left;
    private long received;
    private boolean confirmed;
    private boolean ended;

    /** @param bytes how many; {@link Long#MAX_VALUE} for no end */
    public BulkClient(Direction direction, long bytes, Listener listener) {
        this.direction = direction;
        this.bytes = bytes;
        this.listener = listener;
        this.left = bytes;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        listener.onConnected(ctx.channel());
        boolean download = direction == Direction.DOWNLOAD;
        ctx.writeAndFlush(direction.command.encode(ctx.alloc(), download ? bytes : direction.rate), ctx.voidPromise());
        if (!download) {
            send(ctx);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (direction != Direction.DOWNLOAD) {
            send(ctx);
        }
    }

    private void send(ChannelHandlerContext ctx) {
        while (left > 0 && ctx.channel().isWritable()) {
            int length = (int) Math.min(left, BLOCK.readableBytes());
            left -= length;
            boolean last = left == 0;
            ctx.write(BLOCK.slice(BLOCK.readerIndex(), length)).addListener(written -> {
                if (written.isSuccess()) {
                    listener.onBytes(length);
                    if (last) {
                        // Not before: a socket's shutdownOutput fails what waits to be written.
                        ((DuplexChannel) ctx.channel()).shutdownOutput();
                    }
                }
            });
        }
        ctx.flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        int length = in.readableBytes();
        if (direction == Direction.DOWNLOAD) {
            received += length;
            listener.onBytes(length);
            confirmed = received == bytes;
        } else if (length == Long.BYTES) {
            confirmed = in.readLong() == bytes;
        }
        in.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        confirmed = false;
        ctx.close();
        end();
    }

    private void end() {
        if (!ended) {
            ended = true;
            listener.onEnd(confirmed);
        }
    }
}
