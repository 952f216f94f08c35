package io.socketmaster.server.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.server.relay.Endings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Answers a connection with 503 whatever it says, and ends it: with TLS when the handshake is done, else at once. Input is
 * dropped for a moment more, so that the answer arrives. On the connection's loop.
 */
final class TurnedAway extends ChannelInboundHandlerAdapter {
    /** How long a client may go on sending before the connection is cut off. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Rejection rejection;
    private boolean answered;

    TurnedAway(Rejection rejection) {
        this.rejection = rejection;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(true);
        if (rejection.tls().isEmpty()) {
            answer(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                answer(ctx);
            } else {
                ctx.close(); // the handler has sent its alert
            }
        } else if (event instanceof ChannelInputShutdownEvent && answered) {
            ctx.close();
        }
    }

    private void answer(ChannelHandlerContext ctx) {
        answered = true;
        ctx.write(head(), ctx.voidPromise());
        Endings.endOutput(ctx.channel());
        ctx.executor().schedule((Runnable) ctx::close, LINGER.toNanos(), TimeUnit.NANOSECONDS);
    }

    private ByteBuf head() {
        String retryAfter = rejection
                .retryAfter()
                .map(time -> "Retry-After: " + time.plusNanos(999_999_999).toSeconds() + "\r\n")
                .orElse("");
        return Unpooled.copiedBuffer(
                "HTTP/1.1 503 Service Unavailable\r\n" + retryAfter + "Content-Length: 0\r\nConnection: close\r\n\r\n",
                StandardCharsets.US_ASCII);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
