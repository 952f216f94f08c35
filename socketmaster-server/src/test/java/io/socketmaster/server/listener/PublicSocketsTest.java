package io.socketmaster.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.socketmaster.server.events.DaemonEvents;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over real sockets. */
class PublicSocketsTest {
    private final EventLoopGroup first = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoopGroup second = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private EventLoopGroup loops = first;
    private final PublicSockets sockets = new PublicSockets(
            address -> new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class),
            ServerBootstrap::new,
            Runnable::run,
            DaemonEvents.NONE);

    @AfterEach
    void stopTheLoops() {
        first.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        second.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void aPortThatIsBeingClosedIsOpenedAgainAsSoonAsTheKernelHasLetGoOfIt() throws Exception {
        PublicSockets.Bound open = bind(ListenAddress.of("127.0.0.1", 0)).get(10, TimeUnit.SECONDS);

        PublicSockets.Bound again = bindWhileItCloses(open, ListenAddress.of("127.0.0.1", port(open)));

        assertThat(again.address()).isEqualTo(open.address());
    }

    @Test
    void everyAddressOfAPortIsOpenedAsSoonAsTheKernelHasLetGoOfOneOfThem() throws Exception {
        PublicSockets.Bound open = bind(ListenAddress.of("127.0.0.1", 0)).get(10, TimeUnit.SECONDS);

        PublicSockets.Bound every = bindWhileItCloses(open, ListenAddress.of("*", port(open)));

        assertThat(port(every)).isEqualTo(port(open));
    }

    @Test
    void oneAddressOfAPortIsOpenedAsSoonAsTheKernelHasLetGoOfEveryAddress() throws Exception {
        PublicSockets.Bound open = bind(ListenAddress.of("*", 0)).get(10, TimeUnit.SECONDS);

        PublicSockets.Bound one = bindWhileItCloses(open, ListenAddress.of("127.0.0.1", port(open)));

        assertThat(port(one)).isEqualTo(port(open));
    }

    /** Closes the one on the first loop, and lets the second loop try to open the other before the first gets to its selector. */
    private PublicSockets.Bound bindWhileItCloses(PublicSockets.Bound open, ListenAddress place) throws Exception {
        EventLoop other = second.next();
        loops = second;
        return first.next()
                .submit(() -> {
                    open.close();
                    CompletableFuture<PublicSockets.Bound> binding = bind(place);
                    for (int pass = 0; pass < 10; pass++) {
                        other.submit(() -> {}).sync();
                    }
                    return binding;
                })
                .get(10, TimeUnit.SECONDS)
                .get(10, TimeUnit.SECONDS);
    }

    private static int port(PublicSockets.Bound socket) {
        return ((InetSocketAddress) socket.address()).getPort();
    }

    private CompletableFuture<PublicSockets.Bound> bind(ListenAddress address) {
        return sockets.bind(address, new Ignored());
    }

    /** Nobody connects here. */
    private static final class Ignored extends ChannelInboundHandlerAdapter {}
}
