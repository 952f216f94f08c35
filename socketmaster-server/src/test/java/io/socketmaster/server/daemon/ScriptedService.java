package io.socketmaster.server.daemon;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.control.ControlMessageDecoder;
import io.socketmaster.protocol.control.Side;
import io.socketmaster.protocol.handshake.ControlRequest;
import io.socketmaster.protocol.handshake.HandshakeEncoder;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.handshake.LaneRequest;
import io.socketmaster.protocol.handshake.ReplyDecoder;
import io.socketmaster.protocol.yamux.YamuxSession;
import io.socketmaster.protocol.yamux.netty.SessionListener;
import io.socketmaster.protocol.yamux.netty.YamuxSessionHandler;
import io.socketmaster.protocol.yamux.netty.YamuxSettings;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service written against the protocol alone, so that the daemon is tested without the client library. Each stream gets
 * its handlers from the test.
 */
final class ScriptedService implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 15;

    /** One loop, which is the connection's and its streams'. */
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final CompletableFuture<Boolean> closedAfterGoAway = new CompletableFuture<>();
    private final CompletableFuture<HandshakeReply> reply = new CompletableFuture<>();
    private final Consumer<Channel> streams;
    /** Whether it opens a control stream. */
    private final boolean talks;

    private final BlockingQueue<ControlMessage> messages = new LinkedBlockingQueue<>();
    private Channel connection;

    private ScriptedService(Consumer<Channel> streams, boolean talks) {
        this.streams = streams;
        this.talks = talks;
    }

    /** Connects and registers; the reply may be a refusal. */
    static ScriptedService connect(
            SocketAddress control,
            SocketDefinition definition,
            Optional<RegistrationOptions> options,
            Consumer<Channel> streams) {
        ScriptedService service = new ScriptedService(streams, /* talks= */ false);
        service.start(control, new HandshakeRequest(definition, options));
        return service;
    }

    /** The same in version 2, with a control stream: {@link #nextMessage}. */
    static ScriptedService talking(SocketAddress control, SocketDefinition definition, Consumer<Channel> streams) {
        ScriptedService service = new ScriptedService(streams, /* talks= */ true);
        service.start(control, HandshakeRequest.version2(definition, RegistrationOptions.DEFAULTS));
        return service;
    }

    /** One more connection of a session that stands; the reply may be a refusal. */
    static ScriptedService lane(SocketAddress control, LaneRequest request, Consumer<Channel> streams) {
        ScriptedService lane = new ScriptedService(streams, /* talks= */ false);
        lane.start(control, request);
        return lane;
    }

    /** What the daemon says on the control stream. */
    ControlMessage nextMessage() throws InterruptedException {
        ControlMessage message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("the daemon said nothing on the control stream");
        }
        return message;
    }

    boolean heardNothing() {
        return messages.isEmpty();
    }

    /** An HTTP service that answers each request with {@code name} and the request line, then ends the stream. */
    static Consumer<Channel> http(String name) {
        return stream -> stream.pipeline().addLast(new HttpAnswer(name));
    }

    /**
     * An HTTP service that reads a whole request with a body of told length, notes it in {@code journal} as {@code METHOD PATH
     * BODY}, and answers with {@code name} and the same.
     */
    static Consumer<Channel> journal(String name, Queue<String> journal) {
        return stream -> stream.pipeline().addLast(new JournalAnswer(name, journal));
    }

    /** Sends back what it gets, and ends when the client has. */
    static Consumer<Channel> echo() {
        return stream -> {
            stream.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            stream.pipeline().addLast(new Echo());
        };
    }

    /** Speaks first. */
    static Consumer<Channel> banner(String text) {
        return stream -> stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                ctx.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
            }
        });
    }

    private void start(SocketAddress control, ControlRequest request) {
        connection = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Registering(request))
                .connect(control)
                .syncUninterruptibly()
                .channel();
    }

    HandshakeReply reply() {
        return within(() -> reply);
    }

    /** Waits for the session's end: whether the daemon said before that it opens no more streams. */
    boolean endsAfterGoAway() {
        return within(() -> closedAfterGoAway);
    }

    /** The port that the daemon says it bound. */
    int boundPort() {
        String bound = reply().details().orElseThrow().bound().get(0);
        return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
    }

    ScriptedService expectOk() {
        if (!reply().isOk()) {
            throw new AssertionError("refused: " + reply().status());
        }
        return this;
    }

    private static <T> T within(Supplier<CompletableFuture<T>> future) {
        return future.get().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Ends without a word, as a crash does. */
    @Override
    public void close() {
        if (loops.isShuttingDown()) {
            return;
        }
        connection.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Registering extends ByteToMessageDecoder implements SessionListener {
        private final ControlRequest request;
        private final ReplyDecoder decoder;
        private boolean saidGoAway;

        Registering(ControlRequest request) {
            this.request = request;
            this.decoder = request.isVersion2() ? ReplyDecoder.version2() : ReplyDecoder.version1();
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) throws ProtocolException {
            ctx.writeAndFlush(HandshakeEncoder.encode(request, ctx.alloc()));
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws ProtocolException {
            Optional<ReplyDecoder.Result> result = decoder.decode(in);
            if (result.isPresent()) {
                HandshakeReply answer = ((ReplyDecoder.Answered) result.get()).reply();
                if (answer.isOk()) {
                    YamuxSessionHandler yamux = new YamuxSessionHandler(
                            YamuxSession.Role.SERVER, YamuxSettings.SERVICE, this, Optional.empty());
                    ctx.pipeline().addLast(yamux);
                    ctx.pipeline().remove(this);
                    if (talks) {
                        yamux.openStream(ctx.channel().eventLoop(), new Listening())
                                .config()
                                .setAutoRead(true);
                    }
                }
                reply.complete(answer);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) throws Exception {
            reply.completeExceptionally(new IllegalStateException("closed before a reply"));
            super.channelInactive(ctx);
        }

        @Override
        public void onStream(YamuxStreamChannel stream) {
            stream.pipeline().addLast(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    streams.accept(channel);
                }
            });
            // Not the connection's: whoever connects may not have it yet when the first stream is here.
            loops.register(stream);
        }

        @Override
        public void onGoAway() {
            saidGoAway = true;
        }

        @Override
        public void onClosed(String reason) {
            closedAfterGoAway.complete(saidGoAway);
        }
    }

    private final class Listening extends ByteToMessageDecoder {
        private final ControlMessageDecoder decoder = new ControlMessageDecoder(Side.DAEMON);

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws ProtocolException {
            decoder.decode(in).ifPresent(messages::add);
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.write(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof io.netty.channel.socket.ChannelInputShutdownEvent) {
                ((YamuxStreamChannel) ctx.channel()).shutdownOutput();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private static final class HttpAnswer extends ChannelInboundHandlerAdapter {
        private final String name;
        private final StringBuilder head = new StringBuilder();

        HttpAnswer(String name) {
            this.name = name;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            head.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            if (head.indexOf("\r\n\r\n") >= 0) {
                String body = name + ": " + head.substring(0, head.indexOf("\r\n")) + "\n";
                head.setLength(0);
                ctx.writeAndFlush(Unpooled.copiedBuffer(
                                "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body,
                                StandardCharsets.ISO_8859_1))
                        .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private static final class JournalAnswer extends ChannelInboundHandlerAdapter {
        private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

        private final String name;
        private final Queue<String> journal;
        private final StringBuilder request = new StringBuilder();

        JournalAnswer(String name, Queue<String> journal) {
            this.name = name;
            this.journal = journal;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            request.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
            int head = request.indexOf("\r\n\r\n") + 4;
            Matcher length = LENGTH.matcher(request);
            int body = length.find() ? Integer.parseInt(length.group(1)) : 0;
            if (head >= 4 && request.length() >= head + body) {
                String entry = request.substring(0, request.indexOf(" HTTP/1.1")) + " " + request.substring(head);
                journal.add(entry);
                String answer = name + " " + entry;
                ctx.writeAndFlush(Unpooled.copiedBuffer(
                                "HTTP/1.1 200 OK\r\nContent-Length: " + answer.length() + "\r\n\r\n" + answer,
                                StandardCharsets.ISO_8859_1))
                        .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
