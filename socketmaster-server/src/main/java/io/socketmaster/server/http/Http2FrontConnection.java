package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.Endings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/2 connection: Netty's codec with our limits around it, and an {@link Http2FrontStream} for each request.
 * Priorities are accepted and ignored. The connection ends with an error of the client, when it is idle, by the client's wish,
 * or when the daemon stops; never because a service went away. A client that takes no answers is not read. The channel's
 * event loop owns every field.
 */
final class Http2FrontConnection extends Http2Endpoint<Http2FrontStream> implements FrontConnection {
    private static final Logger LOG = LoggerFactory.getLogger(Http2FrontConnection.class);

    /** How often a client may change the size of our header table; there is reason to do so once. */
    private static final int MAX_TABLE_SIZES = 100;

    private final HttpFront front;
    private final HttpSettings settings;
    private final ClientFacts facts;
    private final ForwardingHeaders forwarding;
    private final Optional<TlsScope> tls;
    private final Http2RequestCheck check;
    private final FrameScan scan = new FrameScan();
    private final FloodGuard guard;
    private final StreamHistory history = new StreamHistory();

    private KeptStreams keptStreams;
    private Deadline headDuty;
    private Deadline idle;
    private Deadline writing;
    private Http2Goodbye goodbye;
    private boolean headTimed;
    private int tableSizes;
    /** The first reason for which the connection is lost; what follows from that is no news. */
    private String lostBecause = "";

    private Http2FrontConnection(
            HttpFront front,
            ClientFacts facts,
            Optional<TlsScope> tls,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings initialSettings) {
        super(front.settings(), decoder, encoder, initialSettings);
        this.front = front;
        this.settings = front.settings();
        this.facts = facts;
        this.forwarding = new ForwardingHeaders(facts);
        this.tls = tls;
        this.check = new Http2RequestCheck(settings.limits(), tls.isPresent());
        this.guard = new FloodGuard(settings.http2(), System.nanoTime());
        decoder.frameListener(new FromClient());
        connection().addListener(new Streams());
        countStreamsOurselves();
    }

    static Http2FrontConnection create(HttpFront front, ClientFacts facts, Optional<TlsScope> tls) {
        return new Builder(front, facts, tls).build();
    }

    /** Sets every limit of the codec. */
    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2FrontConnection, Builder> {
        private final HttpFront front;
        private final ClientFacts facts;
        private final Optional<TlsScope> tls;

        Builder(HttpFront front, ClientFacts facts, Optional<TlsScope> tls) {
            this.front = front;
            this.facts = facts;
            this.tls = tls;
            HttpSettings settings = front.settings();
            HttpSettings.Http2 http2 = settings.http2();
            Http2Connection connection = new DefaultHttp2Connection(/* server= */ true);
            Http2Windows.install(connection);
            connection(connection);
            initialSettings(Http2Settings.defaultSettings()
                    .maxConcurrentStreams(http2.maxStreams())
                    .initialWindowSize(http2.streamWindowBytes())
                    .maxHeaderListSize(settings.limits().maxHeadBytes())
                    .connectProtocolEnabled(true));
            validateHeaders(true);
            int resetSeconds = (int) http2.resetWindow().toSeconds();
            decoderEnforceMaxRstFramesPerWindow(http2.maxResets(), resetSeconds);
            encoderEnforceMaxRstFramesPerWindow(http2.maxResets(), resetSeconds);
            encoderEnforceMaxQueuedControlFrames(http2.maxQueuedReplies());
        }

        @Override
        protected Http2FrontConnection build() {
            return super.build();
        }

        @Override
        protected Http2FrontConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initialSettings) {
            return new Http2FrontConnection(front, facts, tls, decoder, encoder, initialSettings);
        }
    }

    // ---- the channel's life

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        headDuty = new Deadline(ctx.channel().eventLoop());
        keptStreams = new KeptStreams(
                ctx.channel().eventLoop(), settings.reuse(), settings.http2().maxStreams());
        idle = new Deadline(ctx.channel().eventLoop());
        writing = new Deadline(ctx.channel().eventLoop());
        goodbye = new Http2Goodbye(this, ctx.channel().eventLoop(), writing);
        super.handlerAdded(ctx);
        watchHead();
        watchIdle();
    }

    /** A client that takes no answers is not read. */
    @Override
    boolean mayRead() {
        return channel().isWritable() || goodbye.isOver();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        ByteBuf bytes = (ByteBuf) message;
        if (goodbye.isOver()) {
            bytes.release();
            return;
        }
        long now = System.nanoTime();
        if (!scan.pass(bytes, (type, flags, length) -> guard.onFrame(type, flags, length, now))) {
            bytes.release();
            fail("more frames that move nothing than there is reason for");
            return;
        }
        super.channelRead(ctx, bytes);
        watchHead();
    }

    /** Behind an error nothing is looked at, though it came in the same piece: the GOAWAY has said that it was not. */
    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (goodbye.isOver()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        super.decode(ctx, in, out);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        super.channelWritabilityChanged(ctx);
        if (goodbye.isOver()) {
            return;
        }
        if (channel().isWritable()) {
            writing.clear();
            readOn();
        } else {
            writing.set(settings.timeouts().writeStall(), () -> {
                noteLoss("the client took nothing for "
                        + settings.timeouts().writeStall().toSeconds() + " s");
                Endings.reset(channel());
            });
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        noteLoss("the client closed the connection");
        headDuty.dispose();
        idle.dispose();
        keptStreams.close();
        writing.dispose();
        goodbye.dispose();
        front.forget(this);
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (cause instanceof Http2Exception) {
            super.exceptionCaught(ctx, cause);
            return;
        }
        if (!(cause instanceof IOException)) {
            LOG.error("http: a fault of ours on the connection from {}; it is reset", facts.remote(), cause);
        }
        noteLoss("the connection to the client failed: " + cause.getMessage());
        Endings.reset(channel());
    }

    private void noteLoss(String reason) {
        if (lostBecause.isEmpty()) {
            lostBecause = reason;
        }
    }

    // ---- what the client owes

    private void watchHead() {
        boolean within = scan.isWithinHead();
        if (within && !headTimed) {
            headDuty.set(
                    settings.timeouts().head(),
                    () -> fail("a head was not complete after "
                            + settings.timeouts().head().toSeconds() + " s"));
        } else if (!within) {
            headDuty.clear();
        }
        headTimed = within;
    }

    private void watchIdle() {
        if (goodbye.isServing() && connection().numActiveStreams() == 0) {
            idle.set(settings.timeouts().idle(), goodbye::callLast);
        }
    }

    /** Ends the connection because of what the client does. */
    private void fail(String sentence) {
        onError(
                context(),
                /* outbound= */ false,
                Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, sentence));
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception embedded) {
        if (embedded == null && !(cause instanceof IOException)) {
            LOG.error("http: a fault of ours on the connection from {}; it is ended", facts.remote(), cause);
        }
        noteLoss("the connection was ended: " + cause.getMessage());
        goodbye.skip();
        super.onConnectionError(ctx, outbound, cause, embedded);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException error) {
        int id = error.streamId();
        Http2Stream stream = connection().stream(id);
        Http2FrontStream known = streamOf(stream);
        if (known != null) {
            // Section 5.1: the codec takes a head behind the end of a request for one too many within it.
            boolean late = known.isRequestEnded() && !outbound && error.error() == Http2Error.PROTOCOL_ERROR;
            known.onClosed("the stream was ended: " + error.getMessage());
            endStream(ctx, outbound, late ? streamError(id, Http2Error.STREAM_CLOSED, error) : error);
        } else if (outbound) {
            endStream(ctx, /* outbound= */ true, error);
        } else if (stream == null && connection().streamMayHaveExisted(id)) {
            onFrameOfOldStream(ctx, error);
        } else if (stream == null && !isOfHead(error)) {
            // Section 5.1: a stream that is idle cannot be reset, so the error is the connection's.
            onError(ctx, /* outbound= */ false, connectionError(error.error(), error));
        } else {
            refuseStream(ctx, error);
        }
    }

    /** The codec tells what is wrong with a head by its cause, or by a type of its own, and with other frames by neither. */
    private static boolean isOfHead(Http2Exception.StreamException error) {
        return error.getCause() != null || error instanceof Http2Exception.HeaderListSizeException;
    }

    private static Http2Exception connectionError(Http2Error error, Throwable cause) {
        return Http2Exception.connectionError(error, "%s", cause.getMessage());
    }

    private void endStream(ChannelHandlerContext ctx, boolean outbound, Http2Exception.StreamException error) {
        history.onReset(error.streamId());
        super.onStreamError(ctx, outbound, error, error);
    }

    private static Http2Exception.StreamException streamError(int id, Http2Error error, Throwable cause) {
        return (Http2Exception.StreamException) Http2Exception.streamError(id, error, "%s", cause.getMessage());
    }

    private void onFrameOfOldStream(ChannelHandlerContext ctx, Http2Exception.StreamException error) {
        Http2Error breach = switch (history.fateOf(error.streamId())) {
            case RESET -> Http2Error.NO_ERROR;
            case SKIPPED -> Http2Error.PROTOCOL_ERROR;
            case CLOSED -> Http2Error.STREAM_CLOSED;
        };
        if (breach != Http2Error.NO_ERROR) {
            onError(ctx, /* outbound= */ false, connectionError(breach, error));
        }
    }

    /** A head that does not even decode. Its stream is opened all the same: frames that follow it are on their way. */
    private void refuseStream(ChannelHandlerContext ctx, Http2Exception.StreamException error) {
        boolean tooLong = error instanceof Http2Exception.HeaderListSizeException;
        if (!tooLong) {
            front.reception().tellBroken(String.valueOf(error.getMessage()));
        }
        try {
            if (connection().stream(error.streamId()) == null) {
                connection().remote().createStream(error.streamId(), /* halfClosed= */ false);
            }
        } catch (Http2Exception impossible) {
            if (!Http2Exception.isStreamError(impossible)) {
                onError(ctx, /* outbound= */ false, impossible);
                return;
            }
        }
        Http2Stream stream = connection().stream(error.streamId());
        if (tooLong
                && stream != null
                && connection().numActiveStreams() <= settings.http2().maxStreams()) {
            Http2FrontStream refused = new Http2FrontStream(this, stream);
            bind(stream, refused);
            refused.onTooLongHead();
        } else {
            endStream(ctx, /* outbound= */ false, error);
        }
    }

    /** Trailers: a head that is too long gets its answer whole, before this is asked for. */
    @Override
    protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
        new Http2FrontStream(this, stream).onTooLongHead();
    }

    // ---- streams

    private final class FromClient extends Frames {
        @Override
        void onNewStream(Http2Stream stream, Http2Headers head, boolean ended) {
            Http2FrontStream fresh = new Http2FrontStream(Http2FrontConnection.this, stream);
            bind(stream, fresh);
            if (connection().numActiveStreams() > settings.http2().maxStreams()) {
                history.onReset(stream.id());
                encoder()
                        .writeRstStream(
                                context(),
                                stream.id(),
                                Http2Error.REFUSED_STREAM.code(),
                                context().newPromise());
            } else {
                fresh.onHead(head, ended);
            }
        }

        @Override
        public void onSettingsAckRead(ChannelHandlerContext ctx) {
            countStreamsOurselves();
        }

        /** The codec writes every change of our table's size down for the next head, and that may never be written. */
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings message) throws Http2Exception {
            if (message.headerTableSize() != null && ++tableSizes > MAX_TABLE_SIZES) {
                throw Http2Exception.connectionError(
                        Http2Error.ENHANCE_YOUR_CALM,
                        "the header table's size was changed more than %d times",
                        MAX_TABLE_SIZES);
            }
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            goodbye.onPingAck(data);
        }
    }

    /**
     * The codec takes no note of a stream that it refuses, and then takes the frames that follow on it for an error of the
     * whole connection.
     */
    private void countStreamsOurselves() {
        connection().remote().maxActiveStreams(Integer.MAX_VALUE);
    }

    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamAdded(Http2Stream stream) {
            history.onOpened(stream.id());
        }

        @Override
        public void onStreamActive(Http2Stream stream) {
            idle.clear();
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2FrontStream known = streamOf(stream);
            if (known != null) {
                known.onClosed(lostBecause.isEmpty() ? "the stream was closed" : lostBecause);
            }
        }

        @Override
        public void onStreamRemoved(Http2Stream stream) {
            watchIdle();
            goodbye.endIfDone();
        }
    }

    // ---- for streams

    /** For a stream that is cut off by {@code onMemoryShort} when there is no memory for what its client does not take. */
    WriteStall writeStall(Runnable onMemoryShort) {
        return new WriteStall(loop(), front.stalls(), onMemoryShort);
    }

    ClientFacts facts() {
        return facts;
    }

    Optional<TlsScope> tls() {
        return tls;
    }

    Reception reception() {
        return front.reception();
    }

    ForwardingHeaders forwarding() {
        return forwarding;
    }

    KeptStreams keptStreams() {
        return keptStreams;
    }

    Http2RequestCheck check() {
        return check;
    }

    @Override
    ChannelFuture writeData(int stream, ByteBuf data, boolean end) {
        guard.onDataSent(data.readableBytes());
        return super.writeData(stream, data, end);
    }

    @Override
    void reset(int stream, Http2Error error) {
        history.onReset(stream);
        super.reset(stream, error);
    }

    /** Ends a stream because of what the client did, behind what can be written to it now. */
    void resetAtOnce(int stream, Http2Error error) {
        flush(context());
        history.onReset(stream);
        // Counted by the codec: too many of these end the connection.
        encoder().writeRstStream(context(), stream, error.code(), context().newPromise());
    }

    // ---- the end

    @Override
    public void finishLater() {
        if (!loop().isShuttingDown()) {
            loop().execute(() -> {
                idle.clear();
                goodbye.announce();
            });
        }
    }
}
