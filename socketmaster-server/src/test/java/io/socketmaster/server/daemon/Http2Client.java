package io.socketmaster.server.daemon;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** One HTTP/2 connection of a client, in clear text or over TLS: Netty's codec, with streams that a test works by hand. */
final class Http2Client implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 15;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel connection;
    private final String scheme;
    private final String authority;

    private Http2Client(int port, Optional<X509Certificate> trusted) throws SSLException {
        Optional<SslContext> tls = trusted.isPresent() ? Optional.of(context(trusted.get())) : Optional.empty();
        scheme = tls.isPresent() ? "https" : "http";
        authority = "localhost:" + port;
        connection = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        tls.ifPresent(context ->
                                channel.pipeline().addLast(context.newHandler(channel.alloc(), "localhost", port)));
                        channel.pipeline()
                                .addLast(
                                        Http2FrameCodecBuilder.forClient()
                                                .validateHeaders(false)
                                                .build(),
                                        new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
        SslHandler handler = connection.pipeline().get(SslHandler.class);
        if (handler != null) {
            handler.handshakeFuture().syncUninterruptibly();
            if (!ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
                throw new AssertionError("negotiated " + handler.applicationProtocol());
            }
        }
    }

    private static SslContext context(X509Certificate trusted) throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(trusted)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2))
                .build();
    }

    /**
     * @param trusted ends TLS if it is there
     */
    static Http2Client connect(int port, Optional<X509Certificate> trusted) throws SSLException {
        return new Http2Client(port, trusted);
    }

    boolean isOpen() {
        return connection.isActive();
    }

    /** A request without a body. */
    Stream get(String path) {
        return open(new DefaultHttp2Headers(false).method("GET").path(path), /* ended= */ true);
    }

    /** The handshake of RFC 8441 section 5.1. */
    Stream webSocket(String path) {
        Http2Headers head = new DefaultHttp2Headers(false)
                .method("CONNECT")
                .add(Http2Headers.PseudoHeaderName.PROTOCOL.value(), "websocket")
                .path(path)
                .add("sec-websocket-version", "13");
        return open(head, /* ended= */ false);
    }

    private Stream open(Http2Headers head, boolean ended) {
        head.scheme(scheme).authority(authority);
        BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        Http2StreamChannel channel = new Http2StreamChannelBootstrap(connection)
                .handler(new Listener(heard))
                .open()
                .syncUninterruptibly()
                .getNow();
        channel.writeAndFlush(new DefaultHttp2HeadersFrame(head, ended)).syncUninterruptibly();
        return new Stream(channel, heard);
    }

    @Override
    public void close() {
        connection.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What was heard last on a stream: its end. */
    private enum End {
        CLEAN
    }

    /** Turns frames into heads, text, {@link End}s and {@link Http2Error}s. */
    private static final class Listener extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<Object> heard;

        Listener(BlockingQueue<Object> heard) {
            this.heard = heard;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            try {
                if (message instanceof Http2HeadersFrame head) {
                    heard.add(head.headers());
                    noteEnd(head.isEndStream());
                } else if (message instanceof Http2DataFrame data) {
                    ByteBuf bytes = data.content();
                    heard.add(bytes.toString(StandardCharsets.ISO_8859_1));
                    noteEnd(data.isEndStream());
                } else if (message instanceof Http2ResetFrame reset) {
                    heard.add(Http2Error.valueOf(reset.errorCode()));
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
            if (event instanceof Http2ResetFrame reset) {
                heard.add(Http2Error.valueOf(reset.errorCode()));
            } else {
                super.userEventTriggered(ctx, event);
            }
        }

        private void noteEnd(boolean ended) {
            if (ended) {
                heard.add(End.CLEAN);
            }
        }
    }

    /** One stream. Used by the test's thread. */
    static final class Stream {
        private final Http2StreamChannel channel;
        private final BlockingQueue<Object> heard;
        private final StringBuilder text = new StringBuilder();

        Stream(Http2StreamChannel channel, BlockingQueue<Object> heard) {
            this.channel = channel;
            this.heard = heard;
        }

        Stream send(String bytes) {
            channel.writeAndFlush(
                            new DefaultHttp2DataFrame(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1), false))
                    .syncUninterruptibly();
            return this;
        }

        void end() {
            channel.writeAndFlush(new DefaultHttp2DataFrame(true)).syncUninterruptibly();
        }

        void reset() {
            channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL)).syncUninterruptibly();
        }

        private Object next() {
            try {
                Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (next == null) {
                    throw new AssertionError("nothing more was heard, after: " + text);
                }
                return next;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        Http2Headers head() {
            return (Http2Headers) next();
        }

        String text(int length) {
            while (text.length() < length) {
                text.append((String) next());
            }
            String piece = text.substring(0, length);
            text.delete(0, length);
            return piece;
        }

        /** What comes up to a clean end. */
        String rest() {
            Object next;
            while ((next = next()) instanceof String piece) {
                text.append(piece);
            }
            if (next != End.CLEAN) {
                throw new AssertionError("ended by " + next + " after: " + text);
            }
            return text.toString();
        }
    }
}
