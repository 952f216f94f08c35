package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.protocol.yamux.netty.StreamEstablished;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.DrainDeadline;
import io.socketmaster.server.relay.Endings;
import io.socketmaster.server.relay.SessionDrained;
import io.socketmaster.server.relay.StreamUpstream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream on which a service answers in HTTP/1.1: one request, or several one after the other if the
 * service says {@code Connection: keep-alive}. Only a request that may be sent twice shares a stream ({@link
 * RequestHead#isRepeatable}); any other has one to itself, so that it is always known whether the service can have seen it.
 * Between two requests its {@link StreamKeeper} has it; a byte that comes then belongs to no response, and ends it. The stream's
 * event loop owns every field.
 */
final class Http1ServiceStream extends ChannelInboundHandlerAdapter implements ServiceSide {
    private static final Logger LOG = LoggerFactory.getLogger(Http1ServiceStream.class);

    private enum Phase {
        /** A request is being sent or answered. */
        BUSY,
        /** Between two requests. */
        KEPT,
        /** Nothing more is told, and nothing more is sent. */
        OVER
    }

    private final EventLoop loop;
    private final HttpSettings.Limits limits;
    private final StreamKeeper keeper;
    private final Http1ResponseDecoder decoder;
    private final Runnable keep;
    private StreamUpstream upstream;
    private Channel channel;
    private Http1Writer writer;
    private Phase phase = Phase.BUSY;
    private int requests;
    private long keptSince;
    private boolean established;
    private boolean drained;
    private Throwable cause;

    // The request at hand.
    private RequestHead request;
    private Listener listener;
    /** Ours, for a client that has none. */
    private Optional<WebSocketKey> key;

    private boolean requestEnded;
    private int informationals;
    /** A 1xx whose end is still to come. */
    private HttpResponse informational;
    /** The final head, told together with what follows, so that a fault close behind it can still become a 502. */
    private ResponseHead pendingHead;

    private boolean untilClose;
    private boolean bodiless;
    /**
     * Whether the service has said that it waits for another request. To leave the stream open is not enough: one that does
     * not look at it any more would never answer, and one that has more to say would say it to the wrong request.
     */
    private boolean left;

    /** @param keeper gets the stream when a request is over that leaves it usable */
    Http1ServiceStream(EventLoop loop, HttpSettings.Limits limits, StreamKeeper keeper) {
        this.loop = loop;
        this.limits = limits;
        this.keeper = keeper;
        this.keep = () -> keeper.keep(this);
        this.decoder = new Http1ResponseDecoder(limits);
    }

    /** To which session it leads; null before it is opened. */
    StreamUpstream upstream() {
        return upstream;
    }

    /** Takes on a request; {@link #open} follows. */
    void begin(RequestHead head, Listener newListener) {
        assert loop.inEventLoop();
        phase = Phase.BUSY;
        requests++;
        request = head;
        listener = newListener;
        key = head.isExtendedConnect() ? Optional.of(WebSocketKey.random()) : Optional.empty();
        requestEnded = false;
        informationals = 0;
        untilClose = false;
        left = false;
        decoder.expect(head.isHead());
    }

    @Override
    public boolean isReused() {
        return requests > 1;
    }

    @Override
    public void open(StreamUpstream newUpstream, ClientFacts client) {
        assert loop.inEventLoop();
        if (isReused()) {
            listener.onEstablished();
            return;
        }
        upstream = newUpstream;
        channel = upstream.openStream(loop, client, /* handler= */ this);
        if (phase == Phase.OVER) {
            channel.close();
        }
    }

    @Override
    public void sendHead() {
        if (isOver()) {
            return;
        }
        key.ifPresent(ours -> request.fields().set(HttpHeaderNames.SEC_WEBSOCKET_KEY, ours.value()));
        writer.requestLine(request.method(), request.target());
        writer.fields(request.fields());
        // An empty Host is what RFC 9112 section 3.2 asks for where the client named none.
        writer.field(HttpHeaderNames.HOST, request.host());
        switch (request.body().kind()) {
            case NONE -> {}
            case EXACT ->
                writer.field(HttpHeaderNames.CONTENT_LENGTH, request.body().bytes());
            case OPEN -> writer.field(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (request.upgrade().isPresent()) {
            writer.field(HttpHeaderNames.UPGRADE, request.upgrade().get().protocols());
            writer.field(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        } else {
            // Told to close, the service frees its side as soon as it has answered.
            writer.field(
                    HttpHeaderNames.CONNECTION, mayBeKept() ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
        }
        if (request.acceptsTrailers()) {
            writer.field(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
            writer.field(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
        }
        writer.endHead(request.body().kind() == BodyLength.Kind.OPEN);
    }

    @Override
    public void sendBody(ByteBuf data) {
        if (isOver()) {
            data.release();
        } else {
            writer.body(data);
        }
    }

    @Override
    public void sendEnd(HttpHeaders trailers) {
        requestEnded = true;
        if (!isOver()) {
            writer.end(trailers);
        }
    }

    @Override
    public void flush() {
        if (!isOver()) {
            writer.flush();
        }
    }

    @Override
    public boolean isWritable() {
        return !isOver() && channel.isWritable();
    }

    @Override
    public void read() {
        if (!isOver()) {
            decoder.pull();
        }
    }

    /** Whether the service need not end the stream behind its response. */
    private boolean mayBeKept() {
        return request.isRepeatable() && keeper.keepsAfter(requests);
    }

    @Override
    public void finish() {
        if (phase != Phase.BUSY) {
            return;
        }
        if (left && mayBeKept() && !drained && decoder.waitingBytes() == 0 && !decoder.isInputEnded()) {
            phase = Phase.KEPT;
            listener = null;
            // What the service sends without being asked, the end of the stream most of all, is to be noticed.
            channel.read();
            // Behind what has come in already.
            loop.execute(keep);
        } else {
            end();
        }
    }

    /** Whether it can take another request. */
    boolean isKept() {
        return phase == Phase.KEPT && channel.isActive();
    }

    /** When it was last kept, for its keeper. */
    long keptSince() {
        return keptSince;
    }

    void keptSince(long nanos) {
        keptSince = nanos;
    }

    /** Ends the stream in good order: no request is on it any more. */
    void end() {
        phase = Phase.OVER;
        channel.close();
    }

    @Override
    public void reset() {
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            // It may fail while it is being opened.
            if (channel != null) {
                Endings.reset(channel);
            }
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        ctx.pipeline().addBefore(ctx.name(), /* name= */ null, decoder);
        writer = new Http1Writer(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        writer.close();
    }

    private boolean isOver() {
        return phase != Phase.BUSY;
    }

    @Override
    public Channel takeChannel() {
        phase = Phase.OVER;
        return channel;
    }

    @Override
    public void leave() {
        channel.pipeline().remove(this);
        channel.pipeline().remove(decoder);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (isOver()) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof HttpFault fault) {
            failBadly(fault);
        } else if (message instanceof HttpResponse response) {
            onHead(response);
        } else {
            onContent((HttpContent) message);
        }
    }

    private void onHead(HttpResponse response) {
        if (response.decoderResult().isFailure()) {
            failBadly("it sent a malformed response head");
            return;
        }
        int status = response.status().code();
        if (status < 100 || status > 599) {
            failBadly("it answered with the status " + status + ", which does not exist");
        } else if (status < 200) {
            informational = response;
        } else {
            onFinalHead(response, status);
        }
    }

    private void onFinalHead(HttpResponse response, int status) {
        if (request.isExtendedConnect() && status < 300) {
            // The client would take it for a yes (RFC 8441 section 4).
            failBadly("it answered " + status + " where only 101 means that it speaks "
                    + request.upgrade().get().protocols());
            return;
        }
        bodiless = request.isHead() || status == 204 || status == 304;
        List<String> codings = response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!bodiless
                && !codings.isEmpty()
                && (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked"))) {
            failBadly("it used a transfer coding other than chunked");
            return;
        }
        boolean keepAlive = response.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && HopByHop.connectionHas(response.headers(), HttpHeaderValues.KEEP_ALIVE);
        HttpHeaders fields = HopByHop.strip(response.headers());
        String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
        fields.remove(HttpHeaderNames.CONTENT_LENGTH);
        long bytes = length == null ? -1 : RequestCheck.parseLength(length.strip());
        boolean told = bytes >= 0 && codings.isEmpty();
        BodyLength body;
        if (status == 204 || (bodiless && !told)) {
            body = BodyLength.NONE;
        } else {
            body = told ? BodyLength.exactly(bytes) : BodyLength.OPEN;
        }
        if (!fields.contains(HttpHeaderNames.DATE)) {
            // RFC 9110 section 6.6.1: whoever passes a response on says when it came.
            fields.set(HttpHeaderNames.DATE, DateField.now());
        }
        untilClose = !bodiless && !told && codings.isEmpty();
        left = keepAlive && !untilClose && (!keeper.isShared() || isFitForAnother(fields));
        pendingHead = new ResponseHead(response.status(), fields, body);
        decoder.pull();
    }

    /**
     * Whether another client's request may be next. Not where services are known to send a body that must not be: should it come
     * late, it would be taken for that client's answer.
     */
    private boolean isFitForAnother(HttpHeaders response) {
        return !bodiless && !ConnectionAuth.isAsked(response);
    }

    private void onContent(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        Optional<HttpFault> trailerFault = faultOfTrailers(content);
        if (content.decoderResult().isFailure()) {
            content.release();
            failBadly("it sent a malformed chunk");
        } else if (trailerFault.isPresent()) {
            content.release();
            failBadly(trailerFault.get());
        } else if (informational != null) {
            HttpResponse response = informational;
            informational = null;
            content.release();
            onInformational(response);
        } else if (last && decoder.waitingBytes() > 0 && !bodiless) {
            content.release();
            failBadly("it sent more bytes than its response has");
        } else {
            tellContent(content, last);
        }
    }

    private Optional<HttpFault> faultOfTrailers(HttpContent content) {
        return content instanceof LastHttpContent last
                ? RequestCheck.checkTrailers(last.trailingHeaders(), limits.maxFields())
                : Optional.empty();
    }

    private void tellContent(HttpContent content, boolean last) {
        if (last && decoder.waitingBytes() > 0) {
            listener.onServiceFault("it sent a body where none may be, which was dropped");
        }
        tellHead();
        if (content.content().isReadable() && !isOver()) {
            listener.onResponseBody(content.content());
        } else {
            content.release();
        }
        if (last && !isOver()) {
            listener.onResponseEnd(HopByHop.stripTrailers(((LastHttpContent) content).trailingHeaders()));
        }
    }

    private void onInformational(HttpResponse response) {
        int status = response.status().code();
        if (status == 101) {
            if (request.upgrade().isEmpty() || !requestEnded) {
                failBadly("it switched protocols without having been asked to");
            } else {
                onSwitched(response, request.upgrade().get().protocols());
            }
        } else if (++informationals > limits.maxInformational()) {
            failBadly("it sent more than " + limits.maxInformational() + " informational responses");
        } else {
            HttpHeaders fields = HopByHop.strip(response.headers());
            fields.remove(HttpHeaderNames.CONTENT_LENGTH);
            listener.onInformational(response.status(), fields);
            decoder.pull();
        }
    }

    private void onSwitched(HttpResponse response, String asked) {
        // Some services leave the field out of their answer; then it is what was asked for.
        String protocol = response.headers().get(HttpHeaderNames.UPGRADE, asked);
        if (!protocol.equals(asked) && !HopByHop.isListed(protocol, asked)) {
            failBadly("it switched to another protocol than it was asked for");
            return;
        }
        HttpHeaders fields = HopByHop.strip(response.headers());
        if (key.isPresent()) {
            if (!key.get().accept().equals(fields.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))) {
                failBadly("its Sec-WebSocket-Accept does not answer the Sec-WebSocket-Key that it was sent");
                return;
            }
            fields.remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        }
        // RFC 9110 section 8.6: it has no business there.
        fields.remove(HttpHeaderNames.CONTENT_LENGTH);
        fields.set(HttpHeaderNames.UPGRADE, protocol);
        listener.onSwitched(new ResponseHead(response.status(), fields, BodyLength.NONE));
    }

    private void tellHead() {
        if (pendingHead != null && !isOver()) {
            ResponseHead head = pendingHead;
            pendingHead = null;
            listener.onResponseHead(head);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (phase == Phase.BUSY) {
            tellHead();
            listener.onResponseFlush();
        } else if (phase == Phase.KEPT && decoder.waitingBytes() > 0) {
            reset();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!isOver() && ctx.channel().isWritable()) {
            listener.onServiceWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        drained |= event == SessionDrained.INSTANCE || event instanceof DrainDeadline;
        if (phase == Phase.KEPT && (drained || event instanceof ChannelInputShutdownEvent)) {
            end();
        }
        if (isOver()) {
            return;
        }
        if (event == StreamEstablished.INSTANCE) {
            established = true;
            listener.onEstablished();
        } else if (event == PullDecoder.Exhausted.INSTANCE) {
            if (untilClose) {
                tellHead();
                listener.onResponseEnd(LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders());
            } else {
                fail(FailureDecision.Ending.ENDED, "it ended the stream before its response was complete");
            }
        } else if (event instanceof DrainDeadline) {
            fail(FailureDecision.Ending.SESSION_LOST, "its drain deadline passed");
        }
    }

    /** Remembered only: what came in before is told first, and may be the whole response. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        if (!(thrown instanceof IOException)) {
            LOG.error("http: a fault of ours on a service's stream; it is closed", thrown);
        }
        if (cause == null) {
            cause = thrown;
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        keeper.forget(this);
        if (isOver()) {
            return;
        }
        decoder.drain();
        if (isOver()) {
            return;
        }
        if (cause instanceof StreamClosedException closed) {
            established |= closed.isEstablished();
            fail(endingOf(closed), sentence(closed));
        } else {
            fail(FailureDecision.Ending.SESSION_LOST, "its stream was lost");
        }
    }

    private static FailureDecision.Ending endingOf(StreamClosedException closed) {
        return switch (closed.reason()) {
            case RESET -> FailureDecision.Ending.RESET;
            case SESSION_LOST -> FailureDecision.Ending.SESSION_LOST;
            case NEVER_SENT -> FailureDecision.Ending.NEVER_SENT;
        };
    }

    private static String sentence(StreamClosedException closed) {
        return switch (closed.reason()) {
            case RESET -> "it reset the stream";
            case SESSION_LOST -> "its session was lost";
            case NEVER_SENT -> "its session takes no more streams";
        };
    }

    private void failBadly(HttpFault fault) {
        failBadly("it sent a malformed response: " + fault.sentence() + " (" + fault.clause() + ")");
    }

    private void failBadly(String sentence) {
        fail(FailureDecision.Ending.BAD_RESPONSE, sentence);
    }

    private void fail(FailureDecision.Ending ending, String sentence) {
        // A head that was not told yet stays untold: the client can get a 502 in its place.
        reset();
        listener.onFailed(new ServiceFailure(ending, established, decoder.hasBegun(), sentence));
    }
}
