package io.socketmaster.interop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.Version;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;

/**
 * A process with three services that give back what they get: with the blocking API, on the session's loop, and on loops of its
 * own. Compiled with Netty 4.2 and run with 4.1, as in an application that brings the older line. Prints {@code VERSION PORT PORT
 * PORT} and runs until its input ends.
 */
public final class OlderNettyService {
    private OlderNettyService() {}

    // The class that Netty 4.1 and 4.2 share.
    @SuppressWarnings("deprecation")
    public static void main(String[] arguments) throws IOException, InterruptedException {
        SocketMasterClient.Builder client = SocketMasterClient.builder().daemon(arguments[0]);
        SocketMasterListener blocking = client.listen(SocketDefinition.tcp(0));
        Thread acceptor = new Thread(() -> giveBack(blocking));
        acceptor.setDaemon(true);
        acceptor.start();
        Channel onSessionLoop = bind(client, SocketMasterServerChannel.sessionLoop());
        EventLoopGroup own = new NioEventLoopGroup(1);
        Channel onOwnLoop = bind(client, own);

        String version = Version.identify().get("netty-transport").artifactVersion();
        System.out.println(version + " " + blocking.boundAddresses().get(0).getPort() + " " + port(onSessionLoop) + " "
                + port(onOwnLoop));
        while (System.in.read() >= 0) {
            // Nothing is said there; its end is the sign.
        }
        onSessionLoop.close().sync();
        onOwnLoop.close().sync();
        own.shutdownGracefully().sync();
        blocking.close();
        System.out.println("left");
    }

    private static int port(Channel server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    private static void giveBack(SocketMasterListener listener) {
        try {
            for (StreamConnection connection; (connection = listener.accept()) != null; ) {
                try (StreamConnection taken = connection) {
                    taken.getInputStream().transferTo(taken.getOutputStream());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    e); // of this thread alone, and printed; the test waits for an answer in vain
        }
    }

    private static Channel bind(SocketMasterClient.Builder client, EventLoopGroup loops) throws InterruptedException {
        return new ServerBootstrap()
                .group(loops)
                .channelFactory(SocketMasterServerChannel.factory(client, SocketDefinition.tcp(0)))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new GiveBack());
                    }
                })
                .bind(0)
                .sync()
                .channel();
    }

    private static final class GiveBack extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }
}
