package io.socketmaster.benchmarks.service;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.socketmaster.benchmarks.Certificate;
import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The service as a process: HTTP on one port, {@link BulkService} on another, {@link HttpUpload} on a third, and on request the
 * same HTTP behind TLS on a fourth and as one of many routes on a fifth, all on 127.0.0.1 and chosen by the system. Prints {@code ready http=PORT bulk=PORT
 * upload=PORT https=PORT routes=PORT} and runs until its standard input ends, so that it never outlives its starter. TLS ends in the
 * daemon, or here where there is none.
 */
@Command(name = "service", mixinStandardHelpOptions = true, description = "The service that bin/bench measures.")
public final class ServiceMain implements Callable<Integer> {
    private static final String LOOPBACK = "127.0.0.1";
    /** What load programs ask for. */
    private static final String BENCH_PATH = "/bench";

    /** Registrations that are under way at once. */
    private static final int AT_ONCE = 64;

    @Option(
            names = "--daemon",
            paramLabel = "HOST:PORT",
            defaultValue = "",
            description = "Register with this daemon. Default: listen on plain TCP")
    private String daemon;

    @Option(
            names = "--threads",
            defaultValue = "2",
            description = "Event loops where it listens on TCP itself. Default: 2")
    private int threads;

    @Option(
            names = "--tls",
            paramLabel = "DIRECTORY",
            description = "Serve HTTPS too, with its certificate.pem and key.pem. Default: https=0")
    private Optional<Path> tls = Optional.empty();

    @Option(
            names = "--routes",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description =
                    "Register " + BENCH_PATH + " once more, on a port with so many routes in all. Default: routes=0")
    private int routes;

    private EventLoopGroup loops;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ServiceMain()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        loops = Sockets.loops("service", threads);
        int http = bindHandler(SocketDefinition.http(0, "/"), HttpService::new);
        int bulk = bindHandler(SocketDefinition.tcp(0), BulkService::new);
        int upload = bindHandler(SocketDefinition.http(0, "/"), HttpUpload::new);
        int https = tls.isPresent() ? bindTls(tls.get()) : 0;
        System.out.println("ready http=" + http + " bulk=" + bulk + " upload=" + upload + " https=" + https + " routes="
                + (routes > 0 ? bindRoutes() : 0));
        while (System.in.read() >= 0) {
            // Nothing is said there; its end is the sign.
        }
        return 0;
    }

    private int bindTls(Path directory) throws IOException, InterruptedException {
        Path certificate = directory.resolve(Certificate.CERTIFICATE_FILE);
        Path key = directory.resolve(Certificate.KEY_FILE);
        SocketDefinition definition =
                SocketDefinition.http(0, "/").withTls(Files.readString(certificate), Files.readString(key));
        if (!daemon.isEmpty()) {
            return bindHandler(definition, HttpService::new);
        }
        // No tickets, as the daemon and the proxies beside it: every connection is a full handshake.
        SslContext context = SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .build();
        return bind(
                definition,
                channel -> channel.pipeline().addLast(context.newHandler(channel.alloc()), new HttpService()));
    }

    /** Each route is a service of its own, with a session of its own. */
    private int bindRoutes() throws IOException, InterruptedException {
        int port = bindHandler(SocketDefinition.http(0, BENCH_PATH), HttpService::new);
        Semaphore underWay = new Semaphore(AT_ONCE);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 1; i < routes && failure.get() == null; i++) {
            underWay.acquire();
            SocketDefinition definition = SocketDefinition.http(port, "/service-" + i);
            server(definition, channel -> channel.pipeline().addLast(new HttpService()))
                    .bind(LOOPBACK, 0)
                    .addListener(done -> {
                        failure.compareAndSet(null, done.cause());
                        underWay.release();
                    });
        }
        underWay.acquire(AT_ONCE);
        if (failure.get() != null) {
            throw new IOException("a route could not be registered", failure.get());
        }
        return port;
    }

    private int bindHandler(SocketDefinition definition, Supplier<ChannelHandler> handler) throws InterruptedException {
        return bind(definition, channel -> channel.pipeline().addLast(handler.get()));
    }

    private int bind(SocketDefinition definition, Consumer<Channel> pipeline) throws InterruptedException {
        Channel channel = server(definition, pipeline).bind(LOOPBACK, 0).sync().channel();
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    private ServerBootstrap server(SocketDefinition definition, Consumer<Channel> pipeline) {
        EventLoopGroup group = daemon.isEmpty() ? loops : SocketMasterServerChannel.sessionLoop();
        ServerBootstrap server = Sockets.server(group).childHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                pipeline.accept(channel);
            }
        });
        return daemon.isEmpty()
                ? server.channel(Sockets.tcpServerChannel())
                : server.channelFactory(
                        SocketMasterServerChannel.factory(client(definition), definition.withAddress(LOOPBACK)));
    }

    /** Behind HAProxy and nginx, clients share the connections to the service; so they do here. */
    private SocketMasterClient.Builder client(SocketDefinition definition) {
        SocketMasterClient.Builder client = SocketMasterClient.builder().daemon(daemon);
        return definition.http().isPresent() ? client.sharedStreams() : client;
    }
}
