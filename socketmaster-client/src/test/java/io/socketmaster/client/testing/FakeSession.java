package io.socketmaster.client.testing;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.control.ControlMessage;
import io.socketmaster.protocol.control.ControlMessageDecoder;
import io.socketmaster.protocol.control.ControlMessageEncoder;
import io.socketmaster.protocol.control.Side;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.protocol.yamux.YamuxSession;
import io.socketmaster.protocol.yamux.netty.SessionListener;
import io.socketmaster.protocol.yamux.netty.YamuxSessionHandler;
import io.socketmaster.protocol.yamux.netty.YamuxSettings;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The daemon's end of a session. Answers {@code drain} when its last stream has ended; all else the test does. */
public final class FakeSession {
    /** Whom streams are for unless a test says otherwise. */
    public static final ProxyHeader SOMEBODY =
            ProxyHeader.of(new InetSocketAddress("192.0.2.7", 51000), new InetSocketAddress("198.51.100.2", 443));

    private final Channel connection;
    private final HandshakeRequest request;
    private final boolean version2;
    private final YamuxSessionHandler yamux;
    private final List<ControlMessage> messages = new CopyOnWriteArrayList<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private volatile Channel control;
    private volatile boolean wentAway;

    // On the loop.
    private final Set<Channel> streams = new HashSet<>();
    private boolean draining;

    FakeSession(Channel connection, HandshakeRequest request, boolean version2) {
        this.connection = connection;
        this.request = request;
        this.version2 = version2;
        this.yamux = new YamuxSessionHandler(
                YamuxSession.Role.CLIENT, YamuxSettings.DAEMON, new Streams(), Optional.empty());
    }

    ChannelHandler handler() {
        return yamux;
    }

    public HandshakeRequest request() {
        return request;
    }

    /** Opens a stream for {@link #SOMEBODY}. */
    public FakeStream open() {
        return open(SOMEBODY);
    }

    /** Opens a stream; in version 2 the header precedes what is written. */
    public FakeStream open(ProxyHeader header) {
        return open(version2 ? Optional.of(header) : Optional.empty());
    }

    /** Opens a stream as no daemon should. */
    public FakeStream openWithoutHeader() {
        return open(Optional.empty());
    }

    private FakeStream open(Optional<ProxyHeader> header) {
        CompletableFuture<FakeStream> opened = new CompletableFuture<>();
        connection.eventLoop().execute(() -> {
            FakeStream stream = new FakeStream();
            Channel channel = yamux.openStream(connection.eventLoop(), stream);
            streams.add(channel);
            channel.closeFuture().addListener(done -> {
                streams.remove(channel);
                answerDrain();
            });
            if (header.isPresent()) {
                ByteBuf bytes = Unpooled.buffer();
                header.get().write(bytes);
                channel.writeAndFlush(bytes);
            }
            stream.begin(channel);
            opened.complete(stream);
        });
        return opened.join();
    }

    public void say(ControlMessage message) {
        await().until(() -> control != null);
        write(message);
    }

    private void write(ControlMessage message) {
        control.writeAndFlush(ControlMessageEncoder.encode(message, control.alloc()));
    }

    /** Everything that the service has said. */
    public List<ControlMessage> messages() {
        return messages;
    }

    public void goAway() {
        yamux.goAway();
    }

    /** Breaks the connection without a word. */
    public void cut() {
        connection.close();
    }

    /** The end of the daemon: what waits to be read in any stream is let go. */
    void dropStreams() {
        connection
                .eventLoop()
                .submit(() -> List.copyOf(streams).forEach(Channel::close))
                .syncUninterruptibly();
    }

    /** Whether the service has said that it takes no more streams. */
    public boolean wentAway() {
        return wentAway;
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    private void answerDrain() {
        if (draining && streams.isEmpty() && connection.isActive()) {
            draining = false;
            write(new ControlMessage.Drained());
        }
    }

    private final class Streams implements SessionListener {
        @Override
        public void onStream(YamuxStreamChannel stream) {
            stream.pipeline().addLast(new Control());
            connection.eventLoop().register(stream);
            control = stream;
        }

        @Override
        public void onGoAway() {
            wentAway = true;
        }

        @Override
        public void onClosed(String reason) {
            closed.complete(reason);
        }
    }

    private final class Control extends ChannelInboundHandlerAdapter {
        private final ControlMessageDecoder decoder = new ControlMessageDecoder(Side.SERVICE);
        private final ByteBuf unread = Unpooled.buffer();

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) throws ProtocolException {
            ByteBuf bytes = (ByteBuf) message;
            unread.writeBytes(bytes);
            bytes.release();
            for (Optional<ControlMessage> next; (next = decoder.decode(unread)).isPresent(); ) {
                messages.add(next.get());
                if (next.get() instanceof ControlMessage.Drain) {
                    draining = true;
                    answerDrain();
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The session ended; tests look at that.
            ctx.close();
        }
    }
}
