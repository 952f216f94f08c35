package io.socketmaster.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.socketmaster.testing.Background;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Contract section 6, raw TCP, over real loopback sockets. */
class RelayTest {
    private final BlockingQueue<RelayEnd> ends = new LinkedBlockingQueue<>();
    private final BlockingQueue<Relay> relays = new LinkedBlockingQueue<>();
    private final BlockingQueue<Channel> frontends = new LinkedBlockingQueue<>();
    private final BlockingQueue<Channel> streams = new LinkedBlockingQueue<>();
    private volatile boolean webSocket;
    private volatile String peeked = "";
    private EventLoopGroup group;
    private LoopbackUpstream upstream;
    private int port;

    Class<? extends ServerChannel> serverType() {
        return NioServerSocketChannel.class;
    }

    @BeforeEach
    void start() throws Exception {
        group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        upstream = new LoopbackUpstream();
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(serverType())
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel frontend) {
                        frontend.pipeline().addLast(new Joiner());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        upstream.close();
    }

    private final class Joiner extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            Channel frontend = ctx.channel();
            ClientFacts facts = new ClientFacts(
                    (InetSocketAddress) frontend.remoteAddress(),
                    (InetSocketAddress) frontend.localAddress(),
                    Optional.empty());
            Channel stream = upstream.openStream(frontend.eventLoop(), facts, new ChannelInboundHandlerAdapter());
            Relay relay = webSocket
                    ? Relay.joinWebSocket(frontend, stream, ends::add)
                    : Relay.join(frontend, stream, ends::add);
            streams.add(stream);
            frontends.add(frontend);
            relays.add(relay);
            if (!peeked.isEmpty()) {
                ctx.fireChannelRead(Unpooled.copiedBuffer(peeked, StandardCharsets.ISO_8859_1));
            }
            ctx.pipeline().remove(this);
            relay.start();
        }
    }

    private RelayEnd end() throws InterruptedException {
        RelayEnd end = ends.poll(10, TimeUnit.SECONDS);
        assertThat(end).as("the relay's end").isNotNull();
        assertThat(ends).isEmpty();
        return end;
    }

    @Test
    void bytesPassBothWays() throws Exception {
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept();
        client.send("ping");
        assertThat(service.readText(4)).isEqualTo("ping");
        service.send("pong!");
        assertThat(client.readText(5)).isEqualTo("pong!");
        client.close();
        assertThat(service.readToEnd()).isEmpty();
        service.close();
        assertThat(end()).isEqualTo(new RelayEnd(RelayEnd.How.CLEAN, "both sides ended", 4, 5));
    }

    @Test
    void theServerMaySpeakFirst() {
        RawPeer client = RawPeer.connect(port);
        upstream.accept().send("220 ready");
        assertThat(client.readText(9)).isEqualTo("220 ready");
    }

    @Test
    void bytesThatWerePeekedAtGoFirst() {
        peeked = "first ";
        RawPeer client = RawPeer.connect(port).send("second");
        assertThat(upstream.accept().readText(12)).isEqualTo("first second");
        client.close();
    }

    @Test
    void aClientThatHalfClosesStillGetsItsAnswer() throws Exception {
        RawPeer client = RawPeer.connect(port).send("question");
        client.endOutput();
        RawPeer service = upstream.accept();
        assertThat(service.readToEnd()).isEqualTo("question");
        service.send("answer");
        service.close();
        assertThat(client.readToEnd()).isEqualTo("answer");
        assertThat(end().how()).isEqualTo(RelayEnd.How.CLEAN);
    }

    @Test
    void aLongAnswerReachesAClientThatHalfClosed() throws Exception {
        RawPeer client = RawPeer.connectWithReceiveBuffer(port, 8 << 10);
        client.endOutput();
        RawPeer service = upstream.accept();
        assertThat(service.readToEnd()).isEmpty();
        CompletableFuture<byte[]> sent = Background.supply(() -> sendRandom(service, 4, 8));
        assertThat(digestToEnd(client)).isEqualTo(sent.get());
        assertThat(end().how()).isEqualTo(RelayEnd.How.CLEAN);
    }

    @Test
    void aServiceThatHalfClosesStillHears() throws Exception {
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept().send("bye");
        service.endOutput();
        assertThat(client.readToEnd()).isEqualTo("bye");
        client.send("late words");
        client.endOutput();
        assertThat(service.readToEnd()).isEqualTo("late words");
        assertThat(end().how()).isEqualTo(RelayEnd.How.CLEAN);
    }

    @Test
    void aResetByTheClientIsAResetForTheService() throws Exception {
        RawPeer client = RawPeer.connect(port).send("x");
        RawPeer service = upstream.accept();
        assertThat(service.readText(1)).isEqualTo("x");
        client.reset();
        assertThat(service.readToReset()).isEmpty();
        assertThat(end().how()).isEqualTo(RelayEnd.How.CLIENT_LOST);
    }

    @Test
    void aResetByTheServiceIsAResetForTheClient() throws Exception {
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept().send("x");
        assertThat(client.readText(1)).isEqualTo("x");
        service.reset();
        assertThat(client.readToReset()).isEmpty();
        assertThat(end().how()).isEqualTo(RelayEnd.How.SERVICE_LOST);
    }

    @Test
    void aResetAfterAHalfCloseIsNoCleanEnd() throws Exception {
        RawPeer client = RawPeer.connect(port).send("q");
        client.endOutput();
        RawPeer service = upstream.accept();
        assertThat(service.readToEnd()).isEqualTo("q");
        service.reset();
        client.readToReset();
        assertThat(end().how()).isEqualTo(RelayEnd.How.SERVICE_LOST);
    }

    @Test
    void theDaemonCanEndARelay() throws Exception {
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept();
        Relay relay = relays.poll(5, TimeUnit.SECONDS);
        group.next().execute(() -> relay.reset("the drain deadline passed"));
        client.readToReset();
        service.readToReset();
        assertThat(end()).isEqualTo(new RelayEnd(RelayEnd.How.STOPPED, "the drain deadline passed", 0, 0));
    }

    @Test
    void sixtyFourMebibytesPassEachWayAtOnceUnchanged() throws Exception {
        int mebibytes = 64;
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept();
        CompletableFuture<byte[]> toService = Background.supply(() -> sendRandom(client, 1, mebibytes));
        CompletableFuture<byte[]> toClient = Background.supply(() -> sendRandom(service, 2, mebibytes));
        CompletableFuture<byte[]> atService = Background.supply(() -> digestToEnd(service));
        byte[] atClient = digestToEnd(client);
        assertThat(atClient).isEqualTo(toClient.get());
        assertThat(atService.get()).isEqualTo(toService.get());
        RelayEnd end = end();
        assertThat(end.how()).isEqualTo(RelayEnd.How.CLEAN);
        assertThat(end.bytesToClient()).isEqualTo((long) mebibytes << 20);
        assertThat(end.bytesToService()).isEqualTo((long) mebibytes << 20);
    }

    @Test
    void aReaderThatStopsStopsTheSenderAndNothingPilesUp() throws Exception {
        RawPeer client = RawPeer.connectWithReceiveBuffer(port, 8 << 10);
        RawPeer service = upstream.accept();
        Channel frontend = frontends.poll(5, TimeUnit.SECONDS);
        CompletableFuture<byte[]> sent = Background.supply(() -> sendRandom(service, 3, 32));
        await().until(() -> !frontend.isWritable());
        long queued = CompletableFuture.supplyAsync(
                        () -> frontend.unsafe().outboundBuffer().totalPendingWriteBytes(), group.next())
                .get();
        assertThat(queued).isLessThan(512 << 10);
        assertThat(sent).isNotDone();
        assertThat(digestToEnd(client)).isEqualTo(sent.get());
    }

    // ---- WebSocket: a Close frame at a frame boundary, or a reset

    private static final String WHOLE_FRAME = "\u0081\u0002hi";
    private static final String CLOSE_1012 = "\u0088\u0002\u0003\u00f4";

    private void expire(Duration spread, boolean longLivedToo) throws Exception {
        Channel stream = streams.poll(5, TimeUnit.SECONDS);
        group.next()
                .submit(() ->
                        stream.pipeline().fireUserEventTriggered(new DrainDeadline(longLivedToo, spread, "time is up")))
                .get();
    }

    @Test
    void anOpenWebSocketGetsAClose1012WhenItsTimeIsUp() throws Exception {
        webSocket = true;
        RawPeer client = RawPeer.connect(port).send("\u0081\u0080abcd");
        RawPeer service = upstream.accept().send(WHOLE_FRAME);
        assertThat(client.readText(4)).isEqualTo(WHOLE_FRAME);
        assertThat(service.readText(6)).isEqualTo("\u0081\u0080abcd");
        expire(Duration.ZERO, true);
        assertThat(client.readToEnd()).isEqualTo(CLOSE_1012);
        byte[] toService = service.readBytes(8);
        assertThat(toService).startsWith(0x88, 0x82);
        assertThat(end()).isEqualTo(new RelayEnd(RelayEnd.How.STOPPED, "time is up", 6, 4));
        client.send("\u0088\u0082abcdxy");
        client.close();
        assertThat(service.readToEnd()).isEmpty();
    }

    @Test
    void inTheMiddleOfAFrameTheCloseWaitsForItsEnd() throws Exception {
        webSocket = true;
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept().send("\u0081\u0005he");
        assertThat(client.readText(4)).isEqualTo("\u0081\u0005he");
        expire(Duration.ZERO, true);
        service.send("llo" + "\u0081\u0005next");
        assertThat(client.readToEnd()).isEqualTo("llo" + CLOSE_1012);
        assertThat(end().how()).isEqualTo(RelayEnd.How.STOPPED);
    }

    @Test
    void aFrameThatDoesNotEndIsResetInTheEnd() throws Exception {
        webSocket = true;
        RawPeer client = RawPeer.connect(port);
        upstream.accept().send("\u0081\u0005he");
        assertThat(client.readText(4)).isEqualTo("\u0081\u0005he");
        expire(Duration.ZERO, true);
        assertThat(client.readToReset()).isEmpty();
    }

    @Test
    void aWebSocketEndsWithinTheSpread() throws Exception {
        webSocket = true;
        RawPeer client = RawPeer.connect(port);
        upstream.accept();
        expire(Duration.ofMillis(300), true);
        assertThat(client.readToEnd()).isEqualTo(CLOSE_1012);
    }

    @Test
    void theDeadlineOfRequestsLeavesUpgradedConnectionsAlone() throws Exception {
        webSocket = true;
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept();
        expire(Duration.ZERO, false);
        service.send(WHOLE_FRAME);
        assertThat(client.readText(4)).isEqualTo(WHOLE_FRAME);
        assertThat(ends).isEmpty();
    }

    @Test
    void rawTcpIsResetWhenItsTimeIsUp() throws Exception {
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept();
        expire(Duration.ofSeconds(5), true);
        client.readToReset();
        service.readToReset();
    }

    @Test
    void aCrashIsAClose1012ForAWebSocketBetweenFrames() throws Exception {
        webSocket = true;
        upstream.losesSessions = true;
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept().send(WHOLE_FRAME);
        assertThat(client.readText(4)).isEqualTo(WHOLE_FRAME);
        service.reset();
        assertThat(client.readToEnd()).isEqualTo(CLOSE_1012);
        assertThat(end().how()).isEqualTo(RelayEnd.How.SERVICE_LOST);
    }

    @Test
    void aCrashInTheMiddleOfAFrameIsAReset() throws Exception {
        webSocket = true;
        upstream.losesSessions = true;
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept().send("\u0081\u0005he");
        assertThat(client.readText(4)).isEqualTo("\u0081\u0005he");
        service.reset();
        assertThat(client.readToReset()).isEmpty();
    }

    @Test
    void aStreamThatTheServiceResetsIsAResetForAWebSocketToo() throws Exception {
        webSocket = true;
        RawPeer client = RawPeer.connect(port);
        RawPeer service = upstream.accept().send(WHOLE_FRAME);
        assertThat(client.readText(4)).isEqualTo(WHOLE_FRAME);
        service.reset();
        assertThat(client.readToReset()).isEmpty();
    }

    @Test
    void aClientThatIgnoresItsCloseFrameIsResetSoon() throws Exception {
        webSocket = true;
        RawPeer client = RawPeer.connect(port);
        upstream.accept();
        Channel frontend = frontends.poll(5, TimeUnit.SECONDS);
        expire(Duration.ZERO, true);
        assertThat(client.readToEnd()).isEqualTo(CLOSE_1012);
        await().until(() -> !frontend.isOpen());
    }

    private static byte[] sendRandom(RawPeer peer, long seed, int mebibytes) {
        MessageDigest digest = sha256();
        Random random = new Random(seed);
        byte[] block = new byte[1 << 20];
        for (int i = 0; i < mebibytes; i++) {
            random.nextBytes(block);
            digest.update(block);
            peer.send(block);
        }
        peer.endOutput();
        return digest.digest();
    }

    private static byte[] digestToEnd(RawPeer peer) {
        try {
            MessageDigest digest = sha256();
            byte[] block = new byte[1 << 16];
            for (int n = peer.socket().getInputStream().read(block);
                    n >= 0;
                    n = peer.socket().getInputStream().read(block)) {
                digest.update(block, 0, n);
            }
            return digest.digest();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
