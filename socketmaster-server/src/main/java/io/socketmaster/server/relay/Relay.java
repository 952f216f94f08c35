package io.socketmaster.server.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
 * <p>A WebSocket connection that outlives its service says goodbye: the client gets a Close frame with the code 1012, "service
 * restart", if what it got so far ends with a frame; else a reset too.
 *
 * <p>There is no idle timeout: a silent connection may be somebody's database session. Both channels live on one event
 * loop, which owns every field.
 */
public final class Relay {
    /** How long a peer that was sent our Close frame may take to end its own side. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** How long a frame may take to end when the connection must. */
    private static final Duration FRAME_PATIENCE = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Side client;
    private final Side service;
    private final Consumer<RelayEnd> onEnd;
    private boolean over;
    /** Why the connection ends with the frame that is under way; empty while it goes on. */
    private String leaving = "";

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
        relay.service.attach(stream);
        return relay;
    }

    /** As {@link #join}, for two channels that have agreed on WebSocket: from here on both carry frames. */
    public static Relay joinWebSocket(Channel frontend, Channel stream, Consumer<RelayEnd> onEnd) {
        Relay relay = join(frontend, stream, onEnd);
        relay.client.frames = new FrameBoundary();
        relay.service.frames = new FrameBoundary();
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

    /** The session's time is up. */
    private void onDeadline(DrainDeadline deadline) {
        if (over || !deadline.longLivedToo()) {
            return;
        }
        if (service.frames == null) {
            reset(deadline.reason());
            return;
        }
        long spreadNanos = deadline.spread().toNanos();
        if (spreadNanos == 0) {
            leave(deadline.reason());
        } else {
            long delayNanos = ThreadLocalRandom.current().nextLong(spreadNanos);
            loop.schedule(() -> leave(deadline.reason()), delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    /** Ends a WebSocket connection in good order as soon as it can be. */
    private void leave(String reason) {
        if (over) {
            return;
        }
        if (service.frames.isAtBoundary() || service.frames.isClosed()) {
            end(RelayEnd.How.STOPPED, reason, Farewell.BOTH);
        } else {
            leaving = reason;
            loop.schedule(() -> reset(reason), FRAME_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void end(RelayEnd.How how, String reason) {
        end(how, reason, Farewell.NONE);
    }

    private void end(RelayEnd.How how, String reason, Farewell farewell) {
        if (over) {
            return;
        }
        over = true;
        client.finish(how, farewell != Farewell.NONE, /* masked= */ false);
        // Towards the service only where its client's last frame was whole.
        boolean wholeFrame = client.frames != null && client.frames.isAtBoundary();
        service.finish(how, farewell == Farewell.BOTH && wholeFrame, /* masked= */ true);
        onEnd.accept(new RelayEnd(how, reason, client.bytesRead, service.bytesRead));
    }

    /** Who gets a Close frame. */
    private enum Farewell {
        NONE,
        CLIENT,
        BOTH
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
        /** Follows what is read here; {@code null} if that is no WebSocket. */
        private FrameBoundary frames;

        private long bytesRead;
        private boolean inputEnded;
        /** The end of the output was asked for; a channel may close itself while it is being sent. */
        private boolean outputEnding;

        private boolean outputEnded;

        Side(RelayEnd.How lost, String name) {
            this.lost = lost;
            this.name = name;
        }

        void attach(Channel joined) {
            channel = joined;
            channel.config().setAutoRead(false);
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addLast(this);
        }

        void start() {
            if (over) {
                return;
            }
            if (!channel.isActive()) {
                lose("was gone before its first byte");
            } else if (Endings.hasInputEnded(channel)) {
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
            int frameEnd = frames == null ? -1 : frames.pass(bytes);
            boolean last = this == service && frameEnd >= 0 && !leaving.isEmpty();
            if (last) {
                bytes.writerIndex(bytes.readerIndex() + frameEnd);
            }
            bytesRead += bytes.readableBytes();
            // A failed write is reported to the other side's exceptionCaught.
            other.channel.write(bytes, other.channel.voidPromise());
            if (last) {
                end(RelayEnd.How.STOPPED, leaving, Farewell.BOTH);
            }
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
            } else if (event instanceof DrainDeadline deadline) {
                onDeadline(deadline);
            } else {
                ctx.fireUserEventTriggered(event);
            }
        }

        private void endInput() {
            if (inputEnded) {
                return;
            }
            inputEnded = true;
            if (over) {
                // The answer to our Close frame, and the end of it all.
                channel.close();
                return;
            }
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
            boolean crash = cause instanceof StreamClosedException closed
                    && closed.reason() == StreamClosedException.Cause.SESSION_LOST;
            boolean wholeFrame = frames != null && (frames.isAtBoundary() || frames.isClosed());
            end(
                    lost,
                    name + ": " + cause.getMessage(),
                    this == service && crash && wholeFrame ? Farewell.CLIENT : Farewell.NONE);
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

        private void finish(RelayEnd.How how, boolean farewell, boolean masked) {
            if (how == RelayEnd.How.CLEAN) {
                channel.close();
            } else if (farewell && channel.isActive() && !outputEnding) {
                sayFarewell(masked);
            } else {
                Endings.reset(channel);
            }
        }

        /** Close frame, end of output, and then what the peer still says is dropped until it ends too. */
        private void sayFarewell(boolean masked) {
            if (!other.frames.isClosed()) {
                channel.write(CloseFrame.serviceRestart(channel.alloc(), masked), channel.voidPromise());
            }
            ScheduledFuture<?> patience =
                    loop.schedule(() -> Endings.reset(channel), FAREWELL.toNanos(), TimeUnit.NANOSECONDS);
            channel.closeFuture().addListener(closed -> patience.cancel(/* mayInterruptIfRunning= */ false));
            Endings.endOutput(channel).addListener(ended -> {
                if (inputEnded || !ended.isSuccess()) {
                    channel.close();
                }
            });
            channel.config().setAutoRead(true);
        }
    }
}
