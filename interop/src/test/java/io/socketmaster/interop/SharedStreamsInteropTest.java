package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.config.NamedSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A service in Netty, asked by curl, which connects anew for each request. */
class SharedStreamsInteropTest {
    private static final int REQUESTS = 40;
    private static SocketMasterDaemon daemon;

    @BeforeAll
    static void start() throws Exception {
        LogEvents log = new LogEvents(/* accessLog= */ false);
        DaemonSettings settings = DaemonSettings.DEFAULTS
                .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withStopGrace(Duration.ZERO);
        // However slow the machine is that the test runs on.
        daemon = SocketMasterDaemon.start(NamedSettings.with(settings, Map.of("http.reuse.idle", "60s")), log, log);
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    private static SocketMasterClient.Builder client() {
        return SocketMasterClient.builder()
                .daemon("127.0.0.1:" + daemon.controlAddress().getPort());
    }

    @Test
    void requestsOfManyClientsComeOnFewStreamsAndSayWhoseTheyAre() throws Exception {
        List<String> answers = answers(client().sharedStreams());

        // A request stays on its client's event loop, and each loop has streams of its own.
        assertThat(answers.stream().map(line -> line.split(" ")[0]).distinct().count())
                .isLessThanOrEqualTo(Math.max(2, Runtime.getRuntime().availableProcessors()));
        assertThat(answers).allSatisfy(line -> assertThat(line).contains("for=127.0.0.1"));
    }

    @Test
    void unlessItSaysSoEachClientHasItsOwn() throws Exception {
        assertThat(answers(client()).stream().map(line -> line.split(" ")[0])).doesNotHaveDuplicates();
    }

    /** What the service said to {@link #REQUESTS} clients: the stream's id, and the client's address. */
    private static List<String> answers(SocketMasterClient.Builder client) throws InterruptedException {
        Program curl = Program.find("curl", "install curl");
        Channel listener = new ServerBootstrap()
                .group(SocketMasterServerChannel.sessionLoop())
                .channelFactory(SocketMasterServerChannel.factory(
                        client, SocketDefinition.http(0, "/").withAddress("127.0.0.1")))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(1_024), new Answer());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        try {
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            List<String> arguments = new ArrayList<>(List.of("-sS", "--fail", "-H", "Connection: close"));
            for (int i = 0; i < REQUESTS; i++) {
                arguments.add("http://127.0.0.1:" + port + "/" + i);
            }
            Program.Result result = curl.run(arguments.toArray(String[]::new));
            assertThat(result.exitCode()).as(result.output()).isZero();
            List<String> lines = Arrays.asList(result.output().split("\n"));
            assertThat(lines).hasSize(REQUESTS);
            return lines;
        } finally {
            listener.close().sync();
        }
    }

    private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
            String line =
                    ctx.channel().id().asLongText() + " " + request.headers().get("Forwarded") + "\n";
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(line, StandardCharsets.UTF_8));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                    .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
            ctx.writeAndFlush(response);
        }
    }
}
