package io.socketmaster.client.testing;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.handshake.ControlRequest;
import io.socketmaster.protocol.handshake.HandshakeDecoder;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.handshake.LaneRequest;
import io.socketmaster.protocol.handshake.ReplyEncoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A daemon that answers each request as {@link Script} says, and gives the test both ends of what follows. */
public final class FakeDaemon implements AutoCloseable {
    /** A service in a process of its own is asked for, too, and a loaded machine starts that slowly. */
    private static final long PATIENCE_SECONDS = 60;

    private static final AtomicLong SESSIONS = new AtomicLong();

    private final EventLoopGroup loops = loops();
    private final Channel server;
    private final Queue<Channel> connections = new ConcurrentLinkedQueue<>();
    private final Queue<FakeSession> everySession = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<HandshakeRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<FakeSession> sessions = new LinkedBlockingQueue<>();
    private final BlockingQueue<LaneRequest> laneRequests = new LinkedBlockingQueue<>();
    private final BlockingQueue<FakeSession> lanes = new LinkedBlockingQueue<>();
    private volatile Script script = Script.ok("127.0.0.1:8000");

    private FakeDaemon(SocketAddress address) {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops).childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                connections.add(channel);
                channel.pipeline().addLast(new Handshake());
            }
        });
        if (address instanceof UnixDomainSocketAddress) {
            bootstrap.channel(NioServerDomainSocketChannel.class);
        } else {
            bootstrap.channel(NioServerSocketChannel.class);
        }
        server = bootstrap.bind(address).syncUninterruptibly().channel();
    }

    // The class that Netty 4.1 and 4.2 share.
    @SuppressWarnings("deprecation")
    private static EventLoopGroup loops() {
        return new NioEventLoopGroup(1);
    }

    /** On any free port. */
    public static FakeDaemon start() {
        return start(0);
    }

    public static FakeDaemon start(int port) {
        return new FakeDaemon(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    public static FakeDaemon start(UnixDomainSocketAddress address) {
        return new FakeDaemon(address);
    }

    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** For {@code SocketMasterClient.Builder.daemon}. */
    public String address() {
        return server.localAddress() instanceof UnixDomainSocketAddress unix
                ? "unix:" + unix.getPath()
                : "127.0.0.1:" + port();
    }

    public FakeDaemon script(Script newScript) {
        script = newScript;
        return this;
    }

    public HandshakeRequest nextRequest() throws InterruptedException {
        return require(requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "a request");
    }

    public FakeSession nextSession() throws InterruptedException {
        return require(sessions.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "a session");
    }

    public LaneRequest nextLaneRequest() throws InterruptedException {
        return require(laneRequests.poll(10, TimeUnit.SECONDS), "a request for a lane");
    }

    public boolean hasLaneRequest() {
        return !laneRequests.isEmpty();
    }

    /** One more connection of a session. All are accepted. */
    public FakeSession nextLane() throws InterruptedException {
        return require(lanes.poll(10, TimeUnit.SECONDS), "a lane");
    }

    private static <T> T require(T value, String what) {
        if (value == null) {
            throw new AssertionError(what + " did not come within " + PATIENCE_SECONDS + " s");
        }
        return value;
    }

    /** Cuts every connection and listens no more. Later calls do nothing. */
    @Override
    public void close() {
        if (loops.isShuttingDown()) {
            return;
        }
        server.close().syncUninterruptibly();
        everySession.forEach(FakeSession::dropStreams);
        connections.forEach(Channel::close);
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What to do with a request. */
    public interface Script {
        void play(Exchange exchange);

        /** Accepts everything; says that {@code bound} was bound. */
        static Script ok(String... bound) {
            return exchange -> exchange.accept(List.of(bound), List.of());
        }

        static Script refuse(ProtocolException refusal) {
            return exchange -> exchange.write(ReplyEncoder.encode(
                            HandshakeReply.error(refusal), exchange.connection().alloc()))
                    .close();
        }

        /** A daemon of version 1: OK to everything, but drops the session on reading the extension block. */
        static Script old() {
            return exchange -> {
                if (exchange.request().options().isPresent()) {
                    exchange.write(ReplyEncoder.encode(
                                    HandshakeReply.okV1(), exchange.connection().alloc()))
                            .close();
                } else {
                    exchange.acceptVersion1();
                }
            };
        }

        static Script raw(byte[] bytes) {
            return exchange -> exchange.write(Unpooled.wrappedBuffer(bytes));
        }

        static Script rawThenClose(byte[] bytes) {
            return exchange -> exchange.write(Unpooled.wrappedBuffer(bytes)).close();
        }

        static Script raw(String text) {
            return raw(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** One request and the connection that it came on. Methods are called on the connection's loop. */
    public final class Exchange {
        private final ChannelHandlerContext ctx;
        private final HandshakeRequest request;

        private Exchange(ChannelHandlerContext ctx, HandshakeRequest request) {
            this.ctx = ctx;
            this.request = request;
        }

        public HandshakeRequest request() {
            return request;
        }

        public Channel connection() {
            return ctx.channel();
        }

        public Exchange write(ByteBuf bytes) {
            ctx.writeAndFlush(bytes);
            return this;
        }

        public void close() {
            ctx.close();
        }

        public void accept(List<String> bound, List<String> warnings) {
            accept(bound, warnings, List.of());
        }

        public void accept(List<String> bound, List<String> warnings, List<String> features) {
            long number = SESSIONS.incrementAndGet();
            begin(HandshakeReply.ok(HandshakeReply.Details.registered(
                    "session-" + number, number, bound, "route", warnings, features)));
        }

        void acceptVersion1() {
            begin(HandshakeReply.okV1());
        }

        /** Each byte of the reply in a write of its own. */
        public void acceptByteByByte(String bound) {
            HandshakeReply reply = HandshakeReply.ok(HandshakeReply.Details.registered(
                    "session-" + SESSIONS.incrementAndGet(), 1, List.of(bound), "", List.of(), List.of()));
            ByteBuf whole = ReplyEncoder.encode(reply, ctx.alloc());
            while (whole.isReadable()) {
                write(Unpooled.buffer().writeByte(whole.readByte()));
            }
            whole.release();
            begin(reply, Unpooled.EMPTY_BUFFER);
        }

        private void begin(HandshakeReply reply) {
            begin(reply, ReplyEncoder.encode(reply, ctx.alloc()));
        }

        private void begin(HandshakeReply reply, ByteBuf bytes) {
            write(bytes);
            FakeSession session =
                    new FakeSession(ctx.channel(), request, reply.details().isPresent());
            ctx.pipeline().addLast(session.handler());
            everySession.add(session);
            sessions.add(session);
        }
    }

    private final class Handshake extends ChannelInboundHandlerAdapter {
        private final HandshakeDecoder decoder = new HandshakeDecoder();
        private final ByteBuf unread = Unpooled.buffer();
        private boolean done;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws ProtocolException {
            if (done) {
                ctx.fireChannelRead(message);
                return;
            }
            ByteBuf bytes = (ByteBuf) message;
            unread.writeBytes(bytes);
            bytes.release();
            Optional<ControlRequest> request = decoder.decode(unread);
            if (request.isPresent()) {
                done = true;
                if (request.get() instanceof HandshakeRequest registration) {
                    requests.add(registration);
                    script.play(new Exchange(ctx, registration));
                } else {
                    join(ctx, (LaneRequest) request.get());
                }
            }
        }

        private void join(ChannelHandlerContext ctx, LaneRequest request) {
            HandshakeReply reply = HandshakeReply.ok(HandshakeReply.Details.registered(
                    request.session(), /* generation= */ 0, List.of(), "", List.of(), List.of()));
            ctx.writeAndFlush(ReplyEncoder.encode(reply, ctx.alloc()));
            FakeSession lane =
                    new FakeSession(ctx.channel(), everySession.element().request(), /* version2= */ true);
            ctx.pipeline().addLast(lane.handler());
            everySession.add(lane);
            laneRequests.add(request);
            lanes.add(lane);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The service broke the connection; tests look at the session.
            ctx.close();
        }
    }
}
