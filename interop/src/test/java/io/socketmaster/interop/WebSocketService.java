package io.socketmaster.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A service with a page that opens a WebSocket ({@code websocket.html}), the WebSocket, which says everything back, and a place
 * to which the page tells how it went.
 */
final class WebSocketService implements AutoCloseable {
    private static final String PATH = "/ws";
    private static final int LONGEST_MESSAGE = 4 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final BlockingQueue<JsonNode> told = new LinkedBlockingQueue<>();
    private final HttpService http;
    private volatile String handshake = "";

    /**
     * @param name goes before each text that is said back
     * @param drain how long it may finish what is in flight
     */
    WebSocketService(String name, InetSocketAddress daemon, SocketDefinition definition, Duration drain) {
        this.name = name;
        this.http = new HttpService(HttpService.client(daemon).drain(drain), definition, this::initialise);
    }

    private void initialise(ChannelPipeline pipeline) {
        pipeline.addLast(
                new Pages(),
                new WebSocketServerCompressionHandler(LONGEST_MESSAGE),
                new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                        .websocketPath(PATH)
                        .subprotocols("chat")
                        .allowExtensions(true)
                        .maxFramePayloadLength(LONGEST_MESSAGE)
                        .build()),
                new Echo());
    }

    String name() {
        return name;
    }

    int port() {
        return http.port();
    }

    /** The last handshake's fields, as they came, one in each line. */
    String handshake() {
        return handshake;
    }

    /** The next thing that the page tells. */
    Optional<JsonNode> told(Duration patience) {
        try {
            return Optional.ofNullable(told.poll(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    /** Answers what is no handshake. */
    private final class Pages extends SimpleChannelInboundHandler<FullHttpRequest> {
        Pages() {
            super(/* autoRelease= */ false);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) throws IOException {
            if (request.uri().equals(PATH)) {
                StringBuilder fields = new StringBuilder("\n");
                for (Map.Entry<String, String> field : request.headers()) {
                    fields.append(field.getKey())
                            .append(": ")
                            .append(field.getValue())
                            .append('\n');
                }
                handshake = fields.toString();
                ctx.fireChannelRead(request);
                return;
            }
            try {
                if (request.uri().equals("/told")) {
                    told.add(JSON.readTree((InputStream) new ByteBufInputStream(request.content())));
                }
            } finally {
                ReferenceCountUtil.release(request);
            }
            DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(page()));
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        }

        private byte[] page() throws IOException {
            try (InputStream page = WebSocketService.class.getResourceAsStream("websocket.html")) {
                return page.readAllBytes();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                ctx.writeAndFlush(new TextWebSocketFrame(name + ": " + text.text()));
            } else if (frame instanceof BinaryWebSocketFrame) {
                ctx.writeAndFlush(frame.retain());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
