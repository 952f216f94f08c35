package io.socketmaster.benchmarks.service;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes one request with a body of told length, and answers with how many bytes came in. Fields belong to the channel's
 * event loop.
 */
final class HttpUpload extends ChannelInboundHandlerAdapter {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");

    private final StringBuilder head = new StringBuilder();
    /** Length of the body; -1 before the head was read. */
    private long length = -1;

    private long came;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        while (length < 0 && in.isReadable()) {
            head.append((char) in.readByte());
            if (head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                Matcher told = LENGTH.matcher(head);
                length = told.find() ? Long.parseLong(told.group(1)) : 0;
            }
        }
        boolean open = length < 0 || came < length;
        came += in.readableBytes();
        in.release();
        if (open && length >= 0 && came >= length) {
            String body = Long.toString(came);
            ctx.writeAndFlush(Unpooled.copiedBuffer(
                            "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                            StandardCharsets.US_ASCII))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The client counts what it did not get.
        ctx.close();
    }
}
