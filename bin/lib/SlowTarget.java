import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.SocketDefinition;

/** A service that reads each request to its end before it answers: /kib/N with N KiB, everything else with a word. */
class SlowTarget {
    private static final int MAX_BODY = 1 << 20;
    private static final byte[] WORD = {'o', 'k', '\n'};
    private static final String SIZED = "/kib/";
    private static final byte[] MUCH = new byte[16 << 20];

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channelFactory(SocketMasterServerChannel.factory(SocketDefinition.http(port, "/")))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY), new Answer());
                    }
                })
                .bind(0)
                .sync();
        System.out.println("answers on http://localhost:" + port + "/");
    }

    private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            FullHttpResponse response =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body(request.uri()));
            HttpUtil.setContentLength(response, response.content().readableBytes());
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }

        private static ByteBuf body(String path) {
            return path.startsWith(SIZED)
                    ? Unpooled.wrappedBuffer(MUCH, 0, Integer.parseInt(path.substring(SIZED.length())) << 10)
                    : Unpooled.wrappedBuffer(WORD);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
