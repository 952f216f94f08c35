package io.socketmaster.benchmarks.service;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The service as a process: HTTP on one port, {@link BulkService} on another, {@link HttpUpload} on a third, all on 127.0.0.1
 * and chosen by the system. Prints {@code ready http=PORT bulk=PORT upload=PORT} and runs until its standard input ends, so that it never outlives its starter.
 */
@Command(name = "service", mixinStandardHelpOptions = true, description = "The service that bin/bench measures.")
public final class ServiceMain implements Callable<Integer> {
    private static final String LOOPBACK = "127.0.0.1";

    @Option(
            names = "--daemon",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "Register with this daemon. Default: listen on plain TCP")
    private String daemon;

    @Option(names = "--threads", defaultValue = "2", description = "Event loops. Default: 2")
    private int threads;

    private EventLoopGroup loops;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ServiceMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        loops = Sockets.loops("service", threads);
        int http = bind(SocketDefinition.http(0, "/"), HttpService::new);
        int bulk = bind(SocketDefinition.tcp(0), BulkService::new);
        int upload = bind(SocketDefinition.http(0, "/"), HttpUpload::new);
        System.out.println("ready http=" + http + " bulk=" + bulk + " upload=" + upload);
        while (System.in.read() >= 0) {
            // Nothing is said there; its end is the sign.
        }
        return 0;
    }

    private int bind(SocketDefinition definition, Supplier<ChannelHandler> handler) throws InterruptedException {
        ServerBootstrap server = Sockets.server(loops).childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(handler.get());
            }
        });
        if (daemon.isEmpty()) {
            server.channel(Sockets.tcpServerChannel());
        } else {
            server.channelFactory(SocketMasterServerChannel.factory(
                    SocketMasterClient.builder().daemon(daemon), definition.withAddress(LOOPBACK)));
        }
        Channel channel = server.bind(LOOPBACK, 0).sync().channel();
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }
}
