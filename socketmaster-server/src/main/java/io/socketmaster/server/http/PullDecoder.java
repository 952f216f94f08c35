package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.socketmaster.server.config.HttpSettings;
import java.util.List;

/**
 * Netty's HTTP/1 decoder, turned from pushing to pulling: after {@link #pull()} it gives out one object (with the end of
 * the message, where that is known at once), then nothing until the next call. It reads from its channel only while an
 * object is wanted, so at most one read's worth of bytes waits here, and the rest waits in the socket. Auto-read is off.
 *
 * <p>Each head and each trailer section is decoded only after {@link HeadScanner} has passed all of it. A head that it refuses
 * comes out as an {@link HttpFault}, refused trailers as a {@link LastHttpContent} that failed with {@link Refused}; either is
 * the last object.
 *
 * <p>An end of file is passed on like any event, and loses nothing of what waits; when an object is wanted that the bytes
 * before the end of file do not hold, {@link Exhausted} is fired. The channel's event loop owns every field.
 */
abstract class PullDecoder extends HttpObjectDecoder {
    /** The user event that says: an object is wanted, the input has ended, and what came before it is used up. */
    enum Exhausted {
        INSTANCE
    }

    /** Without checks: the scanner has looked at every byte of a head, and of a trailer section. */
    private enum FieldLists implements HttpHeadersFactory {
        INSTANCE;

        @Override
        public HttpHeaders newHeaders() {
            return new FieldList();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return newHeaders();
        }
    }

    private static final KnownWords VERSIONS =
            new KnownWords(List.of(HttpVersion.HTTP_1_1.text(), HttpVersion.HTTP_1_0.text()));

    private final HeadScanner scanner;
    private final HttpSettings.Limits limits;
    private final ChunkFollower chunks = new ChunkFollower();
    /** Looks at the trailers that come in; {@code null} while none do. */
    private HeadScanner trailerScanner;

    private ChannelHandlerContext context;
    private boolean wanted;
    private boolean decoding;
    private boolean inputEnded;
    private boolean atHead = true;
    private boolean dead;

    PullDecoder(HttpSettings.Limits limits, HeadScanner scanner) {
        // Every setting that matters is set here, so that no system property can weaken it.
        super(new HttpDecoderConfig()
                // Its counts include line ends; HeadScanner's limits are the ones that a client meets.
                .setMaxInitialLineLength(limits.maxRequestLineBytes() + 2)
                .setMaxHeaderSize(limits.maxHeadBytes())
                .setMaxChunkSize(64 << 10)
                .setChunkedSupported(true)
                .setAllowPartialChunks(true)
                .setHeadersFactory(FieldLists.INSTANCE)
                .setTrailersFactory(FieldLists.INSTANCE)
                .setAllowDuplicateContentLengths(false)
                .setStrictLineParsing(true)
                .setUseRfc9112TransferEncoding(true));
        this.scanner = scanner;
        this.limits = limits;
    }

    /** Whether the next head has begun to come in. */
    final boolean isHeadBegun() {
        return scanner.isBegun();
    }

    /** Asks for one more object. It may be given out before this method returns. */
    final void pull() {
        if (wanted || context.isRemoved()) {
            return;
        }
        assert context.executor().inEventLoop();
        wanted = true;
        if (!decoding) {
            serve();
        }
    }

    /** Bytes that wait to be decoded. */
    final int waitingBytes() {
        return actualReadableBytes();
    }

    /** Whether the input has ended; decoded or undecoded bytes may still wait. */
    final boolean isInputEnded() {
        return inputEnded;
    }

    /** Decodes what waits here, as if everything were wanted: the channel is about to go, and its handlers with it. */
    final void drain() throws Exception {
        while (waitingBytes() > 0) {
            int before = waitingBytes();
            wanted = true;
            channelRead(context, Unpooled.EMPTY_BUFFER);
            if (waitingBytes() == before) {
                break;
            }
        }
        if (inputEnded && wanted) {
            context.fireUserEventTriggered(Exhausted.INSTANCE);
        }
        context.fireChannelReadComplete();
    }

    private void serve() {
        boolean looked = waitingBytes() > 0;
        if (looked) {
            try {
                channelRead(context, Unpooled.EMPTY_BUFFER);
            } catch (Exception e) {
                context.fireExceptionCaught(e);
                return;
            }
        }
        readIfWanted();
        if (looked) {
            // Receivers flush at the end of a read.
            context.fireChannelReadComplete();
        }
    }

    private void readIfWanted() {
        if (!wanted || context.isRemoved()) {
            return;
        }
        if (inputEnded) {
            context.fireUserEventTriggered(Exhausted.INSTANCE);
        } else {
            context.read();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        boolean outermost = !decoding;
        decoding = true;
        try {
            super.channelRead(ctx, message);
        } finally {
            if (outermost) {
                decoding = false;
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        discardSomeReadBytes();
        ctx.fireChannelReadComplete();
        readIfWanted();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean ended = event instanceof ChannelInputShutdownEvent;
        inputEnded |= ended;
        ctx.fireUserEventTriggered(event);
        if (ended) {
            readIfWanted();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // Not the base class's way, which would complete some cut-off messages as if they had ended.
        ctx.fireChannelInactive();
    }

    @Override
    protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (wanted && (atHead ? admitHead(in, out) : !chunks.isAtTrailers() || admitTrailers(in, out))) {
            int before = in.readerIndex();
            super.decode(ctx, in, out);
            chunks.follow(in, before, in.readerIndex());
        }
        if (!out.isEmpty()) {
            wanted = false;
            onDecoded(out);
        }
    }

    private void onDecoded(List<Object> out) {
        atHead = out.get(out.size() - 1) instanceof LastHttpContent;
        if (atHead) {
            chunks.end();
        } else if (out.get(0) instanceof HttpMessage message && HttpUtil.isTransferEncodingChunked(message)) {
            chunks.begin();
        }
    }

    /**
     * Looks at the bytes of a head that is about to be decoded.
     *
     * @param out takes an object that is given out in the head's place; then {@code in} was read to its end
     * @return whether the decoder may have the bytes
     */
    boolean admitHead(ByteBuf in, List<Object> out) {
        if (dead) {
            in.skipBytes(in.readableBytes());
            return false;
        }
        switch (scanner.scan(in)) {
            case MORE -> {
                return false;
            }
            case REFUSED -> {
                die(in);
                out.add(scanner.fault());
                return false;
            }
            case COMPLETE -> scanner.reset();
        }
        return true;
    }

    /** The same for trailers. */
    private boolean admitTrailers(ByteBuf in, List<Object> out) {
        if (trailerScanner == null) {
            trailerScanner = HeadScanner.forTrailers(limits);
        }
        switch (trailerScanner.scan(in)) {
            case MORE -> {
                return false;
            }
            case REFUSED -> {
                die(in);
                LastHttpContent end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
                end.setDecoderResult(DecoderResult.failure(new Refused(trailerScanner.fault())));
                out.add(end);
                return false;
            }
            case COMPLETE -> trailerScanner = null;
        }
        return true;
    }

    private void die(ByteBuf in) {
        dead = true;
        in.skipBytes(in.readableBytes());
    }

    @Override
    protected final AsciiString splitHeaderName(byte[] line, int start, int length) {
        return FieldNames.of(line, start, length);
    }

    /** The version in a first line. */
    static String version(byte[] line, int start, int length) {
        return VERSIONS.text(line, start, length);
    }

    /** Whether no body follows {@code message}, whatever its fields say. */
    @Override
    protected abstract boolean isContentAlwaysEmpty(HttpMessage message);
}
