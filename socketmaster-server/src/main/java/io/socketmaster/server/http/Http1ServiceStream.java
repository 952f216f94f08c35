package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
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
import io.socketmaster.server.relay.StreamUpstream;
import java.io.IOException;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its response in HTTP/1.1 on a stream of their own. The stream is used once: a surplus byte on it can
 * never be taken for somebody else's response. The stream's event loop owns every field.
 */
final class Http1ServiceStream extends ChannelInboundHandlerAdapter implements ServiceSide {
    private static final Logger LOG = LoggerFactory.getLogger(Http1ServiceStream.class);

    private final EventLoop loop;
    private final HttpSettings.Limits limits;
    private final RequestHead request;
    private final Listener listener;
    private final Http1ResponseDecoder decoder;
    private final HttpRequestEncoder encoder = new HttpRequestEncoder();
    /** Ours, for a client that has none. */
    private final Optional<WebSocketKey> key;

    private Channel channel;
    private boolean over;
    private boolean requestEnded;
    private boolean established;
    private int informationals;
    /** A 1xx whose end is still to come. */
    private HttpResponse informational;
    /** The final head, told together with what follows, so that a fault close behind it can still become a 502. */
    private ResponseHead pendingHead;

    private boolean untilClose;
    private boolean bodiless;
    private Throwable cause;

    Http1ServiceStream(EventLoop loop, HttpSettings.Limits limits, RequestHead request, Listener listener) {
        this.loop = loop;
        this.limits = limits;
        this.request = request;
        this.listener = listener;
        this.decoder = new Http1ResponseDecoder(limits, request.isHead());
        this.key = request.isExtendedConnect() ? Optional.of(WebSocketKey.random()) : Optional.empty();
    }

    @Override
    public void open(StreamUpstream upstream, ClientFacts client) {
        assert loop.inEventLoop();
        channel = upstream.openStream(loop, client, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config().setAutoRead(false);
                stream.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                stream.pipeline().addLast(decoder, encoder, Http1ServiceStream.this);
            }
        });
        if (over) {
            channel.close();
        }
    }

    @Override
    public void sendHead() {
        HttpHeaders fields = request.fields().copy();
        // An empty Host is what RFC 9112 section 3.2 asks for where the client named none.
        fields.set(HttpHeaderNames.HOST, request.host());
        switch (request.body().kind()) {
            case NONE -> {}
            case EXACT ->
                fields.set(HttpHeaderNames.CONTENT_LENGTH, request.body().bytes());
            case OPEN -> fields.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        if (request.upgrade().isPresent()) {
            fields.set(HttpHeaderNames.UPGRADE, request.upgrade().get().protocols());
            fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
            key.ifPresent(ours -> fields.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, ours.value()));
        } else {
            // One stream for each request: the service frees its side as soon as it has answered.
            fields.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (request.acceptsTrailers()) {
            fields.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
            fields.add(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
        }
        write(new DefaultHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target(), fields));
    }

    @Override
    public void sendBody(ByteBuf data) {
        write(new DefaultHttpContent(data));
    }

    @Override
    public void sendEnd(HttpHeaders trailers) {
        requestEnded = true;
        write(
                trailers.isEmpty() || request.body().kind() != BodyLength.Kind.OPEN
                        ? LastHttpContent.EMPTY_LAST_CONTENT
                        : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER, trailers));
    }

    private void write(Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
        } else {
            channel.write(message, channel.voidPromise());
        }
    }

    @Override
    public void flush() {
        if (!over) {
            channel.flush();
        }
    }

    @Override
    public boolean isWritable() {
        return !over && channel.isWritable();
    }

    @Override
    public void read() {
        if (!over) {
            decoder.pull();
        }
    }

    @Override
    public void finish() {
        if (!over) {
            over = true;
            channel.close();
        }
    }

    @Override
    public void reset() {
        if (!over) {
            over = true;
            // It may fail while it is being opened.
            if (channel != null) {
                Endings.reset(channel);
            }
        }
    }

    @Override
    public Channel takeChannel() {
        over = true;
        channel.pipeline().remove(encoder);
        return channel;
    }

    @Override
    public void leave() {
        channel.pipeline().remove(this);
        channel.pipeline().remove(decoder);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over) {
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
            fields.set(HttpHeaderNames.DATE, DateFormatter.format(new Date()));
        }
        untilClose = !bodiless && !told && codings.isEmpty();
        pendingHead = new ResponseHead(response.status(), fields, body);
        decoder.pull();
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
                        && !last.trailingHeaders().isEmpty()
                ? RequestCheck.checkTrailers(last.trailingHeaders(), limits.maxFields())
                : Optional.empty();
    }

    private void tellContent(HttpContent content, boolean last) {
        if (last && decoder.waitingBytes() > 0) {
            listener.onServiceFault("it sent a body where none may be, which was dropped");
        }
        tellHead();
        if (content.content().isReadable() && !over) {
            listener.onResponseBody(content.content());
        } else {
            content.release();
        }
        if (last && !over) {
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
        if (pendingHead != null && !over) {
            ResponseHead head = pendingHead;
            pendingHead = null;
            listener.onResponseHead(head);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!over) {
            tellHead();
            listener.onResponseFlush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!over && ctx.channel().isWritable()) {
            listener.onServiceWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (over) {
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
        if (over) {
            return;
        }
        decoder.drain();
        if (over) {
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
