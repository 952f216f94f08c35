package io.socketmaster.client.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;

/**
 * A stream and a connection to the program as one: bytes, ends and resets pass from each to the other.
 *
 * <ul>
 *   <li>Backpressure: a side is read only while the other one is writable.
 *   <li>An end of file ends the other side's output behind what was read before it, and leaves the other direction alone.
 *   <li>A reset or a loss resets the other side.
 * </ul>
 *
 * <p>A Unix socket knows no reset: its program sees an end of file. And Netty closes one of its own accord at the program's
 * end of file, whatever options it is given: a program there that ends its output has ended its input too.
 *
 * <p>The daemon's {@code server.relay.Relay} does the same between a client and a stream; it also ends TLS and WebSocket
 * connections in their own words and counts, of which nothing is needed here. Both channels live on one event loop, which
 * owns every field.
 */
final class Splice {
    private final Side client = new Side();
    private final Side program = new Side();
    private boolean over;

    private Splice() {
        client.other = program;
        program.other = client;
    }

    /**
     * Joins the two and takes the stream, which tells the daemon so.
     *
     * @param stream not registered yet
     * @param connection to the program, of {@code loop}, not read yet
     * @param prefix sent to the program ahead of the client's bytes; given away
     */
    static void join(EventLoop loop, YamuxStreamChannel stream, Channel connection, ByteBuf prefix) {
        assert loop.inEventLoop() && connection.eventLoop() == loop : "a splice's channels share one loop";
        Splice splice = new Splice();
        splice.program.attach(connection);
        splice.client.attach(stream);
        if (prefix.isReadable()) {
            connection.write(prefix, connection.voidPromise());
        } else {
            prefix.release();
        }
        loop.register(stream).addListener(taken -> {
            if (taken.isSuccess()) {
                splice.start();
            } else {
                splice.reset();
            }
        });
    }

    private void start() {
        // The program may have to hear the prefix before it says anything.
        program.channel.flush();
        client.readMore();
        program.readMore();
    }

    private void reset() {
        if (!over) {
            over = true;
            client.cut();
            program.cut();
        }
    }

    private void endIfBothEnded() {
        if (!over && client.outputEnded && program.outputEnded) {
            over = true;
            client.channel.close();
            program.channel.close();
        }
    }

    /** One of the two channels: reads from it, and writes what the other one read. */
    private final class Side extends ChannelInboundHandlerAdapter {
        private Side other;
        private Channel channel;
        /** Whether an end of file leaves the channel open. */
        private boolean halfCloses;

        private boolean inputEnded;
        /** The end of the output was asked for; a channel may close itself while it is being sent. */
        private boolean outputEnding;

        private boolean outputEnded;

        void attach(Channel joined) {
            channel = joined;
            channel.config().setAutoRead(false);
            halfCloses = channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addLast(this);
        }

        private void readMore() {
            if (!over && !inputEnded && other.channel.isWritable()) {
                channel.read();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (over || other.outputEnded) {
                ReferenceCountUtil.release(message);
                return;
            }
            // A failed write is reported to the other side's exceptionCaught.
            other.channel.write(message, other.channel.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (!over) {
                other.channel.flush();
                readMore();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (channel.isWritable()) {
                other.readMore();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                endInput();
            }
        }

        private void endInput() {
            if (!inputEnded && !over) {
                inputEnded = true;
                other.endOutput();
            }
        }

        private void endOutput() {
            outputEnding = true;
            shutdownOutput().addListener(ended -> {
                if (ended.isSuccess()) {
                    outputEnded = true;
                    endIfBothEnded();
                } else {
                    reset();
                }
            });
        }

        /** A socket that is shut down fails what is still queued, so the queue is emptied first. */
        private ChannelFuture shutdownOutput() {
            ChannelPromise ended = channel.newPromise();
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) flushed -> {
                if (flushed.isSuccess()) {
                    ((DuplexChannel) channel).shutdownOutput(ended);
                } else {
                    ended.setFailure(flushed.cause());
                }
            });
            return ended;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            reset();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (over) {
                return;
            }
            if (!halfCloses || (inputEnded && outputEnding)) {
                // Ended both ways; the other side may still be sending.
                outputEnding = true;
                outputEnded = true;
                endInput();
                endIfBothEnded();
            } else {
                reset();
            }
        }

        private void cut() {
            // The Unix sockets of NIO do not have the option, and say so by returning false.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }
}
