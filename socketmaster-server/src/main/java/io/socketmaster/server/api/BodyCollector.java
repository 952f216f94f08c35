package io.socketmaster.server.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;

/** Collects a request's body up to a limit; a longer one arrives as a request that failed to decode, without its body. */
final class BodyCollector extends HttpObjectAggregator {
    BodyCollector(int limit) {
        super(limit);
    }

    /** The fault of a body that is too long. */
    static final class BodyTooLong extends TooLongFrameException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext ctx, HttpMessage oversized) {
        HttpRequest head = (HttpRequest) oversized;
        FullHttpRequest failed = new DefaultFullHttpRequest(
                head.protocolVersion(),
                head.method(),
                head.uri(),
                Unpooled.EMPTY_BUFFER,
                head.headers(),
                EmptyHttpHeaders.INSTANCE);
        failed.setDecoderResult(DecoderResult.failure(new BodyTooLong()));
        ctx.fireChannelRead(failed);
    }
}
