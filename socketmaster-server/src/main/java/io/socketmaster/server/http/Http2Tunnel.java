package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.internal.StringUtil;
import io.socketmaster.protocol.channel.StreamChannel;
import java.io.IOException;

/**
 * A stream of HTTP/2 that carries bytes both ways instead of a message (RFC 9113 section 8.5), as a channel of its own, so that
 * a relay can join it to any other. It lives on its connection's event loop, which owns every field.
 *
 * <p>Backpressure both ways: the peer gets its window back for what was read here, and the channel is writable while the peer's
 * windows take what is written. The end of a direction is {@code END_STREAM}; half-closure is always allowed. A stream that
 * ends otherwise is an exception, and then the channel closes; closing it before both directions have ended, or with {@code
 * SO_LINGER} 0, resets the stream, and never its connection.
 */
final class Http2Tunnel extends StreamChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(/* hasDisconnect= */ false);

    private final Http2Endpoint<?> connection;
    private final Http2Stream stream;
    private final PulledBody input;
    private final Config config = new Config();
    /** Done when our {@code END_STREAM} was sent; {@code null} until it is asked for. */
    private ChannelFuture outputEnd;

    /** The codec's stream is over, so nothing can be said on it. */
    private boolean streamOver;

    /** Written on the loop, read by any thread. */
    private volatile boolean outputShutdown;

    /**
     * To be registered with the connection's loop.
     *
     * @param input what came in on the stream and will; given to this
     */
    Http2Tunnel(Http2Endpoint<?> connection, Http2Stream stream, PulledBody input) {
        super(
                connection.channel(),
                connection.channel().remoteAddress(),
                connection.channel().localAddress());
        this.connection = connection;
        this.stream = stream;
        this.input = input;
    }

    // ---- from the stream

    private final class ToPipeline implements PulledBody.Taker {
        @Override
        public void onPiece(ByteBuf data) {
            pipeline().fireChannelRead(data);
            pipeline().fireChannelReadComplete();
        }

        @Override
        public void onEnd() {
            inputEnded();
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    /** There is room for more, after there was none. */
    void onWritable() {
        flushMore();
    }

    /** The stream is over: if both directions have ended, what is still to be read stays; else {@code cause} is a loss. */
    void onStreamOver(IOException cause) {
        streamOver = true;
        if (isOpen() && !haveBothEnded()) {
            pipeline().fireExceptionCaught(cause);
            close();
        }
    }

    private boolean haveBothEnded() {
        return outputEnd != null && input.isEnded();
    }

    // ---- from the pipeline

    @Override
    protected void doBeginRead() {
        input.pull();
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        throw new UnsupportedOperationException("a tunnel carries ByteBuf, not " + StringUtil.simpleClassName(message));
    }

    /** Writes what there is room for; {@link #onWritable} goes on. */
    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        for (ByteBuf data; (data = (ByteBuf) out.current()) != null; ) {
            if (!data.isReadable()) {
                out.remove();
            } else if (outputEnd != null) {
                out.remove(new ChannelOutputShutdownException("the output was ended before"));
            } else if (connection.isWritable(stream)) {
                connection.writeData(stream.id(), data.retain(), /* end= */ false);
                connection.flushLater();
                out.remove();
            } else {
                return;
            }
        }
    }

    @Override
    protected void endOutput(ChannelPromise promise) {
        if (outputEnd == null) {
            outputEnd = connection.writeData(stream.id(), Unpooled.EMPTY_BUFFER, /* end= */ true);
            outputEnd.addListener(written -> outputShutdown = true);
            connection.flushLater();
        }
        outputEnd.addListener(written -> {
            if (written.isSuccess()) {
                promise.trySuccess();
            } else {
                promise.tryFailure(written.cause());
            }
        });
    }

    @Override
    protected void dropInput() {
        connection.consumed(stream, input.drop());
    }

    @Override
    protected void closeStream(boolean wasActive) {
        boolean inOrder = haveBothEnded() && !config.resetsOnClose;
        dropInput();
        if (!inOrder && !streamOver) {
            streamOver = true;
            // RFC 9113 section 8.5: what a reset is to TCP.
            connection.reset(stream.id(), Http2Error.CONNECT_ERROR);
        }
    }

    // ---- what every channel has

    @Override
    protected void doRegister(ChannelPromise promise) {
        activate();
        input.giveTo(new ToPipeline());
        promise.setSuccess();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop == connection.loop();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !isOpen();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    /** Without auto-read, and with {@code SO_LINGER}, of which only 0 means something. */
    private final class Config extends DefaultChannelConfig {
        private boolean resetsOnClose;

        Config() {
            super(Http2Tunnel.this);
            setAutoRead(false);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (option == ChannelOption.SO_LINGER) {
                resetsOnClose = Integer.valueOf(0).equals(value);
                return true;
            }
            return super.setOption(option, value);
        }
    }
}
