package io.socketmaster.examples;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.SocketDefinition;

/** A web server for everything under {@code /netty/}, on any Netty pipeline. */
public final class NettyHello {
    public static void main(String[] args) throws InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
        Channel server = new ServerBootstrap()
                .group(SocketMasterServerChannel.sessionLoop())
                .channelFactory(SocketMasterServerChannel.factory(SocketDefinition.http(port, "/netty/")))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline()
                                .addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20), new NettyAnswer());
                    }
                })
                .bind(port)
                .sync()
                .channel();
        System.out.println("netty answers on http://localhost:" + port + "/netty/");
        // close() lets running requests finish.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.close().syncUninterruptibly()));
        server.closeFuture().sync();
    }
}
