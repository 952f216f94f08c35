package io.socketmaster.client.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.handshake.ControlRequest;
import io.socketmaster.protocol.handshake.HandshakeEncoder;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.ReplyDecoder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sends the request on a new connection, waits for the reply, and makes way for the session. Fields belong to the
 * connection's loop. What waits to be decoded is bounded by the decoder, which refuses what is too long.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private final ControlRequest request;
    private final Duration timeout;
    private final Outcome outcome;
    private final ReplyDecoder decoder;
    private ByteBuf unread;
    private ScheduledFuture<?> timer;
    private boolean done;

    HandshakeHandler(ControlRequest request, Duration timeout, Outcome outcome) {
        this.request = request;
        this.timeout = timeout;
        this.outcome = outcome;
        this.decoder = request.isVersion2() ? ReplyDecoder.version2() : ReplyDecoder.version1();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        unread = ctx.alloc().buffer();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        unread.release();
        if (timer != null) {
            timer.cancel(/* mayInterruptIfRunning= */ false);
        }
        fail(ctx, new ProtocolException(ErrorCode.UNAVAILABLE, "the attempt to register was given up"));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        timer = ctx.executor().schedule(() -> onTimeout(ctx), timeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            ctx.writeAndFlush(HandshakeEncoder.encode(request, ctx.alloc()), ctx.voidPromise());
        } catch (ProtocolException e) {
            fail(ctx, e);
        }
    }

    private void onTimeout(ChannelHandlerContext ctx) {
        fail(
                ctx,
                new ProtocolException(
                        ErrorCode.UNAVAILABLE,
                        "the daemon did not answer the registration within " + timeout.toMillis() + " ms"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (!done) {
                unread.writeBytes(bytes);
                Optional<ReplyDecoder.Result> result = decoder.decode(unread);
                if (result.isPresent()) {
                    finish(ctx, result.get());
                }
            }
        } catch (ProtocolException e) {
            fail(ctx, e);
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        endOfInput(ctx, Optional.empty());
    }

    /** An old daemon closes with our extension block unread, which may come to us as a reset instead of an end. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            endOfInput(ctx, Optional.of(cause));
        } else {
            fail(ctx, new ProtocolException(ErrorCode.UNAVAILABLE, "the handshake failed: " + cause, cause));
        }
    }

    private void endOfInput(ChannelHandlerContext ctx, Optional<Throwable> cause) {
        if (done) {
            return;
        }
        try {
            finish(ctx, decoder.endOfInput(unread));
        } catch (ProtocolException e) {
            fail(ctx, new ProtocolException(e.code(), e.getMessage(), cause.orElse(e)));
        }
    }

    private void finish(ChannelHandlerContext ctx, ReplyDecoder.Result result) {
        if (result instanceof ReplyDecoder.OldDaemon) {
            done = true;
            ctx.close();
            outcome.onOldDaemon();
            return;
        }
        HandshakeReply reply = ((ReplyDecoder.Answered) result).reply();
        Optional<ProtocolException> refusal = reply.refusal();
        if (refusal.isPresent()) {
            fail(ctx, refusal.get());
        } else if (!ctx.channel().isActive()) {
            fail(ctx, new ProtocolException(ErrorCode.UNAVAILABLE, "the daemon closed the connection after its OK"));
        } else {
            done = true;
            outcome.onRegistered(ctx.channel(), reply);
            makeWay(ctx);
        }
    }

    /** What came behind the reply is the session's. */
    private void makeWay(ChannelHandlerContext ctx) {
        ByteBuf rest = unread.readRetainedSlice(unread.readableBytes());
        if (rest.isReadable()) {
            ctx.fireChannelRead(rest);
            ctx.fireChannelReadComplete();
        } else {
            rest.release();
        }
        ctx.pipeline().remove(this);
    }

    private void fail(ChannelHandlerContext ctx, ProtocolException failure) {
        if (!done) {
            done = true;
            ctx.close();
            outcome.onFailed(failure);
        }
    }

    /** How it went; one of these is called, once. */
    interface Outcome {
        /** The registration stands. Puts the session's handler at the pipeline's end before it returns. */
        void onRegistered(Channel connection, HandshakeReply reply);

        /** The daemon knows version 1 only and is dropping the connection. */
        void onOldDaemon();

        void onFailed(ProtocolException failure);
    }
}
