package io.socketmaster.server.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.protocol.yamux.netty.StreamEstablished;
import java.util.function.Consumer;

/**
 * Passes bytes between a client's connection and a service's stream until both have ended (contract section 6).
 *
 * <ul>
 *   <li>Backpressure: a side is read only while the other one is writable, so that what is queued stays below the write
 *       buffer's high watermark and one read.
 *   <li>An end of file ends the other side's output behind what was read before it, and leaves the other direction alone.
 *   <li>A reset or a loss resets the other side. Nobody sees a clean end unless both peers ended cleanly.
 * </ul>
 *
 * <p>There is no idle timeout: a silent connection may be somebody's database session. Both channels live on one event
 * loop, which owns every field.
 */
public final class Relay {
    private final EventLoop loop;
    private final Side client;
    private final Side service;
    private final Consumer<RelayEnd> onEnd;
    private boolean over;

    private Relay(Channel frontend, Consumer<RelayEnd> onEnd) {
        this.loop = frontend.eventLoop();
        this.client = new Side(RelayEnd.How.CLIENT_LOST, "the client");
        this.service = new Side(RelayEnd.How.SERVICE_LOST, "the service");
        this.onEnd = onEnd;
        client.other = service;
        service.other = client;
    }

    /**
     * Joins two channels at the ends of their pipelines. Until {@link #start()} nothing is read, but what handlers that
     * are being removed still hold (peeked or decoded-ahead bytes) passes through, ahead of everything read later.
     *
     * @param frontend the client's connection
     * @param stream the service's stream, on the same event loop
     * @param onEnd called once, on the loop
     */
    public static Relay join(Channel frontend, Channel stream, Consumer<RelayEnd> onEnd) {
        Relay relay = new Relay(frontend, onEnd);
        assert relay.loop.inEventLoop() && stream.eventLoop() == relay.loop : "a relay's channels share one loop";
        relay.client.attach(frontend);
        stream.pipeline().addLast(relay.service);
        relay.service.attachAdded(stream);
        return relay;
    }

    /**
     * Opens a stream and joins it to {@code frontend}; no event of the new stream can be missed. The caller removes its
     * own handlers and then calls {@link #start()}.
     *
     * @param onEnd called once, on the loop; also if the stream cannot be opened
     * @param onEstablished called at most once, when the service has taken the stream
     */
    public static Relay open(
            Channel frontend,
            StreamUpstream upstream,
            ClientFacts facts,
            Runnable onEstablished,
            Consumer<RelayEnd> onEnd) {
        Relay relay = new Relay(frontend, onEnd);
        assert relay.loop.inEventLoop() : "a relay is opened on its loop";
        relay.service.onEstablished = onEstablished;
        relay.client.attach(frontend);
        relay.service.attachAdded(upstream.openStream(relay.loop, facts, relay.service));
        return relay;
    }

    /** Begins to read both sides. */
    public void start() {
        assert loop.inEventLoop();
        client.start();
        service.start();
    }

    /** Ends both sides with a reset, because {@code reason}: at a drain deadline, when a route is removed. */
    public void reset(String reason) {
        assert loop.inEventLoop();
        end(RelayEnd.How.STOPPED, reason);
    }

    private void end(RelayEnd.How how, String reason) {
        if (over) {
            return;
        }
        over = true;
        client.finish(how);
        service.finish(how);
        onEnd.accept(new RelayEnd(how, reason, client.bytesRead, service.bytesRead));
    }

    private void endIfBothEnded() {
        if (client.outputEnded && service.outputEnded) {
            end(RelayEnd.How.CLEAN, "both sides ended");
        }
    }

    /** One of the two channels: reads from it, and writes what the other one read. */
    private final class Side extends ChannelInboundHandlerAdapter {
        private final RelayEnd.How lost;
        private final String name;
        private Side other;
        private Channel channel;
        private Runnable onEstablished = () -> {};
        private long bytesRead;
        private boolean inputEnded;
        /** The end of the output was asked for; a channel may close itself while it is being sent. */
        private boolean outputEnding;

        private boolean outputEnded;

        Side(RelayEnd.How lost, String name) {
            this.lost = lost;
            this.name = name;
        }

        void attach(Channel channel) {
            attachAdded(channel);
            channel.pipeline().addLast(this);
        }

        void attachAdded(Channel channel) {
            this.channel = channel;
            channel.config().setAutoRead(false);
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            if (over) {
                Endings.reset(channel);
            }
        }

        void start() {
            if (over) {
                return;
            }
            if (!channel.isActive()) {
                lose("was gone before its first byte");
            } else if (channel instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
                endInput();
            } else {
                other.channel.flush();
                readMore();
            }
        }

        private void readMore() {
            if (!over && !inputEnded && other.channel.isWritable()) {
                channel.read();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (over || other.channel == null || !(message instanceof ByteBuf bytes)) {
                ReferenceCountUtil.release(message);
                return;
            }
            bytesRead += bytes.readableBytes();
            // A failed write is reported to the other side's exceptionCaught.
            other.channel.write(bytes, other.channel.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (!over && other.channel != null) {
                other.channel.flush();
                readMore();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable() && other.channel != null) {
                other.readMore();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                endInput();
            } else if (event == StreamEstablished.INSTANCE) {
                onEstablished.run();
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        private void endInput() {
            if (over || inputEnded) {
                return;
            }
            inputEnded = true;
            other.endOutput();
        }

        private void endOutput() {
            outputEnding = true;
            Endings.endOutput(channel).addListener(ended -> {
                if (ended.isSuccess()) {
                    outputEnded = true;
                    endIfBothEnded();
                } else {
                    lose(String.valueOf(ended.cause().getMessage()));
                }
            });
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            lose(String.valueOf(cause.getMessage()));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (inputEnded && outputEnding) {
                // Ended both ways; the other side may still be sending.
                outputEnded = true;
                endIfBothEnded();
            } else {
                lose("connection lost");
            }
        }

        private void lose(String reason) {
            end(lost, name + ": " + reason);
        }

        private void finish(RelayEnd.How how) {
            if (channel == null) {
                return;
            }
            if (how == RelayEnd.How.CLEAN) {
                channel.close();
            } else {
                Endings.reset(channel);
            }
        }
    }
}
