package io.socketmaster.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.socketmaster.server.config.MemorySettings;
import io.socketmaster.server.events.DaemonEvents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over real sockets: what the kernel keeps, and what a client sees. */
class SendGuardTest {
    private static final int TIGHT_BYTES = 16 << 10;

    private volatile MemoryUse use = new MemoryUse(0, 0);
    private final AtomicInteger reset = new AtomicInteger();
    private final MemoryWatch memory = new MemoryWatch(
            new MemorySettings(50, 100, TIGHT_BYTES, 50), () -> use, System::nanoTime, DaemonEvents.NONE);
    private final DaemonEvents events = new DaemonEvents() {
        @Override
        public void stalledClientReset(SocketAddress port, long stalledNanos) {
            reset.incrementAndGet();
        }
    };
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final InetSocketAddress address = (InetSocketAddress) new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new SendGuard(memory, events));
                    accepted.add(channel);
                }
            })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel()
            .localAddress();

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Socket client() throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    private Channel accepted() throws InterruptedException {
        return accepted.poll(10, TimeUnit.SECONDS);
    }

    private static void send(Channel channel, int bytes) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    private static void sendAndAwait(Channel channel, int bytes) {
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[bytes])).syncUninterruptibly();
    }

    private static int sendBuffer(Channel channel) {
        return channel.config().getOption(ChannelOption.SO_SNDBUF);
    }

    @Test
    void aConnectionThatSendsWhileMemoryIsTightHasASmallSendBufferFromThenOn() throws Exception {
        try (Socket ignored = client()) {
            Channel channel = accepted();
            sendAndAwait(channel, 1);
            assertThat(sendBuffer(channel)).isGreaterThan(2 * TIGHT_BYTES);

            use = new MemoryUse(50, 0);
            await().untilAsserted(() -> {
                sendAndAwait(channel, 1);
                assertThat(sendBuffer(channel)).isLessThanOrEqualTo(2 * TIGHT_BYTES);
            });

            use = new MemoryUse(0, 0);
            await().until(() -> !memory.areSendsBounded());
            sendAndAwait(channel, 1);
            assertThat(sendBuffer(channel)).isLessThanOrEqualTo(2 * TIGHT_BYTES);
        }
    }

    @Test
    void aClientThatTakesNothingIsResetWhenMemoryIsShortAndOneThatTakesItsAnswersStays() throws Exception {
        try (Socket stalled = client();
                Socket good = client()) {
            Channel first = accepted();
            Channel second = accepted();
            boolean inOrder = first.remoteAddress().equals(stalled.getLocalSocketAddress());
            Channel toStalled = inOrder ? first : second;
            Channel toGood = inOrder ? second : first;
            send(toStalled, 64 << 20);
            await().until(() -> !toStalled.isWritable());

            use = new MemoryUse(0, 50);
            await().until(() -> {
                sendAndAwait(toGood, 1);
                assertThat(good.getInputStream().read()).isZero();
                return !toStalled.isOpen();
            });

            assertThat(reset).hasValue(1);
            assertThatThrownBy(() -> stalled.getInputStream().readAllBytes()).isInstanceOf(IOException.class);
            sendAndAwait(toGood, 1);
            assertThat(good.getInputStream().read()).isZero();
        }
    }
}
