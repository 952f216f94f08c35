package io.socketmaster.interop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.SocketDefinition;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An HTTP/1.1 service on Netty, in this process. Unless a test says otherwise it answers with the body that it gets, or else
 * with {@code hello}.
 */
final class HttpService implements AutoCloseable {
    private static final int LONGEST_BODY = 8 << 20;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;

    HttpService(InetSocketAddress daemon, SocketDefinition definition) {
        this(client(daemon), definition, pipeline -> pipeline.addLast(new Answer()));
    }

    /**
     * @param handlers puts what answers whole requests ({@link FullHttpRequest}) behind the codec
     */
    HttpService(SocketMasterClient.Builder client, SocketDefinition definition, Consumer<ChannelPipeline> handlers) {
        server = new ServerBootstrap()
                .group(loops)
                .channelFactory(SocketMasterServerChannel.factory(client, definition))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(
                                        new HttpServerCodec(16 << 10, 64 << 10, 64 << 10),
                                        new HttpObjectAggregator(LONGEST_BODY));
                        handlers.accept(stream.pipeline());
                    }
                })
                .bind(definition.port())
                .syncUninterruptibly()
                .channel();
    }

    static SocketMasterClient.Builder client(InetSocketAddress daemon) {
        return SocketMasterClient.builder().daemon("127.0.0.1:" + daemon.getPort());
    }

    int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Leaves in good order: what is in flight is answered. */
    @Override
    public void close() {
        server.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            ByteBuf body = request.content().isReadable()
                    ? request.content().retain()
                    : ctx.alloc().buffer().writeBytes("hello\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            DefaultFullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body);
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
