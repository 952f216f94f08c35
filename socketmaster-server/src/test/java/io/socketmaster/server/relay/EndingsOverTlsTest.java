package io.socketmaster.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.testing.TestCertificates;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Contract section 6 inside TLS: a clean end has a {@code close_notify}, and a reset has none. */
@ParameterizedClass
@EnumSource(
        value = SslProvider.class,
        names = {"JDK", "OPENSSL"})
class EndingsOverTlsTest {
    @Parameter
    SslProvider provider;

    private final BlockingQueue<Channel> connections = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private EventLoopGroup group;
    private SSLSocket client;
    private Channel channel;

    @BeforeEach
    void connect() throws Exception {
        TestCertificates.Credentials credentials = TestCertificates.selfSigned("localhost");
        SslContext context = SslContextBuilder.forServer(
                        new ByteArrayInputStream(credentials.certificatePem().getBytes(StandardCharsets.US_ASCII)),
                        new ByteArrayInputStream(credentials.keyPem().getBytes(StandardCharsets.US_ASCII)))
                .sslProvider(provider)
                .build();
        group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        int port = ((InetSocketAddress) new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childHandler(new ChannelInitializer<>() {
                            @Override
                            protected void initChannel(Channel connection) {
                                SslHandler tls = context.newHandler(connection.alloc());
                                connection.pipeline().addLast(tls, new TlsHalfClose(tls), new Receiver());
                            }
                        })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .sync()
                        .channel()
                        .localAddress())
                .getPort();
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        client = (SSLSocket) trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(15_000);
        client.startHandshake();
        channel = connections.poll(15, TimeUnit.SECONDS);
    }

    @AfterEach
    void disconnect() throws Exception {
        client.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                connections.add(ctx.channel());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received.add(((io.netty.buffer.ByteBuf) message).toString(StandardCharsets.US_ASCII));
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private void onLoop(Runnable task) throws Exception {
        channel.eventLoop().submit(task).get();
    }

    @Test
    void theEndOfTheOutputIsACloseNotifyBehindAllThatWasWritten() throws Exception {
        onLoop(() -> {
            channel.write(Unpooled.copiedBuffer("last words", StandardCharsets.US_ASCII));
            Endings.endOutput(channel);
        });
        // A JDK client takes an end of file without close_notify for an attack, and throws.
        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("last words");
    }

    @Test
    void afterTheEndOfTheOutputTheInputIsStillRead() throws Exception {
        onLoop(() -> Endings.endOutput(channel));
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client.getOutputStream().write("late".getBytes(StandardCharsets.US_ASCII));
        assertThat(received.poll(15, TimeUnit.SECONDS)).isEqualTo("late");
    }

    @Test
    void aResetIsAResetAndNoCloseNotify() throws Exception {
        onLoop(() -> Endings.reset(channel));
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> client.getInputStream().readAllBytes());
    }
}
