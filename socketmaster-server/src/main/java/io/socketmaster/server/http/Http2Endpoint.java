package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.socketmaster.server.config.HttpSettings;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One end of an HTTP/2 connection: what clients' and services' have in common. Gives each stream of the codec an object of
 * its own, tells that when it may write again, and lets what many streams write in one go leave in one go. The channel's
 * event loop owns every field.
 *
 * @param <S> what stands for a stream
 */
abstract class Http2Endpoint<S extends Http2Endpoint.OneStream> extends Http2ConnectionHandler {
    /** A stream, as its connection sees it. */
    interface OneStream {
        /** A head, or the trailers. */
        void onHeaders(Http2Headers message, boolean ended);

        /**
         * A piece of a body.
         *
         * @param data stays the caller's
         * @return how many of its bytes the peer may send anew at once
         */
        int onData(ByteBuf data, boolean ended);

        /** The peer broke it off; {@link #onClosed} follows. */
        void onReset(Http2Error error);

        /** There is room for more, after there was none. */
        void onWritable();

        /** It is over, whoever ended it. Any number of times. */
        void onClosed(String reason);
    }

    private final HttpSettings settings;
    private final Http2Connection.PropertyKey streamKey;
    private final Set<S> writableAgain = new LinkedHashSet<>();
    private ChannelHandlerContext context;
    private boolean reading;
    private boolean flushing;

    Http2Endpoint(
            HttpSettings settings,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings initialSettings) {
        super(decoder, encoder, initialSettings, /* decoupleCloseAndGoAway= */ true);
        this.settings = settings;
        this.streamKey = connection().newKey();
        encoder.flowController().listener(this::onStreamWritability);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        if (ctx.channel().isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        begin();
    }

    /** Behind the preface, which the codec has written. */
    private void begin() throws Http2Exception {
        connection()
                .local()
                .flowController()
                .incrementWindowSize(
                        connection().connectionStream(),
                        settings.http2().connectionWindowBytes() - HttpSettings.Http2.SMALLEST_CONNECTION_WINDOW);
        flushLater();
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        reading = true;
        super.channelRead(ctx, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        discardSomeReadBytes();
        flush(ctx);
        readOn();
    }

    final void readOn() {
        if (mayRead()) {
            context.read();
        }
    }

    /** Whether the peer is read now. */
    boolean mayRead() {
        return true;
    }

    // ---- streams

    /** What the peer says, once the codec has found it to be in order: each stream gets its own. */
    class Frames extends Http2EventAdapter {
        @Override
        public final void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endOfStream) {
            onHeadersRead(ctx, streamId, headers, padding, endOfStream);
        }

        @Override
        public final void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            S known = streamOf(streamId);
            if (known == null) {
                onNewStream(connection().stream(streamId), headers, endOfStream);
            } else {
                known.onHeaders(headers, endOfStream);
            }
        }

        /** The head of a stream that has no object yet. */
        void onNewStream(Http2Stream stream, Http2Headers head, boolean ended) {}

        @Override
        public final int onDataRead(
                ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            S known = streamOf(streamId);
            return padding + (known == null ? data.readableBytes() : known.onData(data, endOfStream));
        }

        @Override
        public final void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            S known = streamOf(streamId);
            if (known != null) {
                known.onReset(Http2Error.valueOf(errorCode));
            }
        }
    }

    /** The object that stands for {@code stream}; {@code null} if there is none. */
    final S streamOf(Http2Stream stream) {
        return stream == null ? null : stream.getProperty(streamKey);
    }

    /** The object that stands for the stream of that number; {@code null} if there is none. */
    final S streamOf(int id) {
        return streamOf(connection().stream(id));
    }

    final void bind(Http2Stream stream, S object) {
        stream.setProperty(streamKey, object);
    }

    /** Not at once: the flow controller is in the middle of its own work. */
    private void onStreamWritability(Http2Stream stream) {
        S known = streamOf(stream);
        if (known != null && isWritable(stream) && writableAgain.add(known) && writableAgain.size() == 1) {
            loop().execute(this::tellWritable);
        }
    }

    private void tellWritable() {
        List<S> all = List.copyOf(writableAgain);
        writableAgain.clear();
        all.forEach(OneStream::onWritable);
    }

    // ---- for streams

    final ChannelHandlerContext context() {
        return context;
    }

    final Channel channel() {
        return context.channel();
    }

    final EventLoop loop() {
        return context.channel().eventLoop();
    }

    final ByteBufAllocator alloc() {
        return context.alloc();
    }

    final HttpSettings settings() {
        return settings;
    }

    final boolean isWritable(Http2Stream stream) {
        return encoder().flowController().isWritable(stream);
    }

    /** Whether something of {@code stream} waits for a window, or for the next flush. */
    final boolean isQueued(Http2Stream stream) {
        return encoder().flowController().hasFlowControlled(stream);
    }

    final ChannelFuture writeHeaders(int stream, Http2Headers headers, boolean end) {
        return encoder().writeHeaders(context, stream, headers, /* padding= */ 0, end, context.newPromise());
    }

    /**
     * Queues a piece of a body until the windows allow it.
     *
     * @param data given away
     */
    ChannelFuture writeData(int stream, ByteBuf data, boolean end) {
        return encoder().writeData(context, stream, data, /* padding= */ 0, end, context.newPromise());
    }

    /** So many bytes of a body were passed on: the peer may send as many anew. */
    final void consumed(Http2Stream stream, int bytes) {
        try {
            if (bytes > 0 && connection().local().flowController().consumeBytes(stream, bytes)) {
                flushLater();
            }
        } catch (Http2Exception e) {
            onError(context, /* outbound= */ true, e);
        }
    }

    /** Ends a stream behind everything that was written to the connection, but for what waits for a window. */
    void reset(int stream, Http2Error error) {
        if (channel().isActive()) {
            resetStream(context, stream, error.code(), context.newPromise());
            flushLater();
        }
    }

    /** Flushes when this turn of the loop, or this read, is over. */
    final void flushLater() {
        if (!reading && !flushing) {
            flushing = true;
            loop().execute(() -> {
                flushing = false;
                if (channel().isActive()) {
                    flush(context);
                }
            });
        }
    }
}
