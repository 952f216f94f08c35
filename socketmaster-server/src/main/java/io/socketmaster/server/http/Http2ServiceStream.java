package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.DrainDeadline;
import io.socketmaster.server.relay.StreamUpstream;

/**
 * One request and its response on a stream of a service's HTTP/2 connection, both directions open at once; or a handshake,
 * and then a tunnel. The connection's event loop owns every field.
 */
final class Http2ServiceStream implements ServiceSide, Http2Endpoint.OneStream {
    private final EventLoop loop;
    private final Http2Services services;
    private final HttpSettings.Limits limits;
    private final RequestHead request;
    private final Listener listener;

    private Http2ServiceConnection connection;
    private PulledBody body;
    /** {@code null} before the head is written. */
    private Http2Stream stream;

    /** {@code null} as long as HTTP is spoken. */
    private Http2Tunnel tunnel;

    private Http2Headers pendingHead;
    private boolean over;
    private boolean heard;
    private boolean headTold;
    private int informationals;
    private HttpHeaders trailers = LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders();

    Http2ServiceStream(
            EventLoop loop,
            Http2Services services,
            HttpSettings.Limits limits,
            RequestHead request,
            Listener listener) {
        this.loop = loop;
        this.services = services;
        this.limits = limits;
        this.request = request;
        this.listener = listener;
    }

    // ---- the request

    @Override
    public void open(StreamUpstream upstream, ClientFacts client) {
        assert loop.inEventLoop();
        connection = services.connection(loop, upstream, client);
        connection.add(this);
        body = new PulledBody(connection.alloc(), bytes -> connection.consumed(stream, bytes));
        body.giveTo(new ToListener());
        pendingHead = Http2Fields.of(request, client.tls().isPresent());
        if (connection.isEstablished()) {
            listener.onEstablished();
        }
    }

    void onEstablished() {
        if (!over) {
            listener.onEstablished();
        }
    }

    /** {@inheritDoc} It may refuse the stream by a reset, or by GOAWAY, as long as it has not answered. */
    @Override
    public boolean mayRefuseLate() {
        return true;
    }

    @Override
    public void sendHead() {
        // Written together with what follows, so that a request without a body is one frame.
    }

    private void writeHead(boolean end) {
        Http2Headers head = pendingHead;
        pendingHead = null;
        stream = connection.begin(this, head, end);
        if (stream == null) {
            fail(FailureDecision.Ending.NEVER_SENT, "its connection takes no more requests");
        }
    }

    private boolean writePendingHead() {
        // RFC 8441 section 3: an extended CONNECT only to those who have said that they take it.
        if (pendingHead != null && !over && (connection.isSettled() || !request.isExtendedConnect())) {
            if (request.isExtendedConnect() && !connection.takesExtendedConnect()) {
                fail(
                        FailureDecision.Ending.UNFIT,
                        "it takes no " + request.upgrade().get().protocols() + " over HTTP/2");
            } else {
                writeHead(/* end= */ false);
            }
        }
        return !over;
    }

    /** The service has said what it can. */
    void onSettled() {
        if (request.isExtendedConnect()) {
            flush();
        }
    }

    @Override
    public void sendBody(ByteBuf data) {
        if (writePendingHead()) {
            connection.writeData(stream.id(), data, /* end= */ false);
        } else {
            ReferenceCountUtil.release(data);
        }
    }

    @Override
    public void sendEnd(HttpHeaders fields) {
        if (over || request.isExtendedConnect()) {
            // Of the handshake, whose stream stays open.
            return;
        }
        if (pendingHead != null && fields.isEmpty()) {
            writeHead(/* end= */ true);
        } else if (writePendingHead()) {
            if (fields.isEmpty()) {
                connection.writeData(stream.id(), Unpooled.EMPTY_BUFFER, /* end= */ true);
            } else {
                connection.writeHeaders(stream.id(), Http2Fields.ofTrailers(fields), /* end= */ true);
            }
        }
    }

    @Override
    public void flush() {
        if (writePendingHead()) {
            connection.flushLater();
        }
    }

    @Override
    public boolean isWritable() {
        return !over && (stream == null ? connection.channel().isWritable() : connection.isWritable(stream));
    }

    @Override
    public void onWritable() {
        if (tunnel != null) {
            tunnel.onWritable();
        } else if (isWritable()) {
            listener.onServiceWritable();
        }
    }

    // ---- the response

    @Override
    public void read() {
        if (!over) {
            body.pull();
        }
    }

    @Override
    public void onHeaders(Http2Headers message, boolean end) {
        heard = true;
        if (over) {
            return;
        }
        if (tunnel != null) {
            // RFC 9113 section 8.5
            failBadly("it sent fields on a stream that carries another protocol");
            connection.reset(stream.id(), Http2Error.PROTOCOL_ERROR);
        } else if (headTold) {
            trailers = HopByHop.stripTrailers(Http2Fields.toHttp1(message));
            body.end();
        } else {
            onHead(HttpResponseStatus.parseLine(message.status()), message, end);
        }
    }

    private void onHead(HttpResponseStatus status, Http2Headers message, boolean end) {
        if (status.code() < 100 || status.code() > 599 || status.code() == 101) {
            failBadly("it answered with the status " + status.code() + ", which HTTP/2 does not have");
        } else if (status.code() < 200) {
            onInformational(status, message, end);
        } else if (request.isExtendedConnect() && status.code() < 300) {
            headTold = true;
            onSwitched(message);
            if (end) {
                body.end();
            }
        } else {
            headTold = true;
            listener.onResponseHead(Http2Fields.responseOf(status, message, end, request.isHead()));
            if (end && !over) {
                body.end();
            }
            flushResponse();
        }
    }

    /** Its 200 is what a 101 is in HTTP/1.1 (RFC 8441 section 5). */
    private void onSwitched(Http2Headers message) {
        HttpHeaders fields = Http2Fields.toHttp1(message);
        fields.remove(HttpHeaderNames.CONTENT_LENGTH);
        fields.set(HttpHeaderNames.UPGRADE, request.upgrade().get().protocols());
        listener.onSwitched(new ResponseHead(HttpResponseStatus.SWITCHING_PROTOCOLS, fields, BodyLength.NONE));
    }

    private void onInformational(HttpResponseStatus status, Http2Headers message, boolean end) {
        if (end || ++informationals > limits.maxInformational()) {
            failBadly("it sent an informational response that ends the stream, or more than "
                    + limits.maxInformational());
        } else {
            HttpHeaders fields = Http2Fields.toHttp1(message);
            fields.remove(HttpHeaderNames.CONTENT_LENGTH);
            listener.onInformational(status, fields);
        }
    }

    @Override
    public int onData(ByteBuf data, boolean end) {
        if (over) {
            return data.readableBytes();
        }
        if (!headTold) {
            failBadly("it sent a body before its head");
            return data.readableBytes();
        }
        int taken = body.receive(data, end);
        flushResponse();
        return taken;
    }

    private void flushResponse() {
        if (!over && tunnel == null) {
            listener.onResponseFlush();
        }
    }

    private final class ToListener implements PulledBody.Taker {
        @Override
        public void onPiece(ByteBuf data) {
            listener.onResponseBody(data);
            flushResponse();
        }

        @Override
        public void onEnd() {
            listener.onResponseEnd(trailers);
        }
    }

    // ---- the end

    @Override
    public void finish() {
        // An answer that came ahead of the whole request: what waits for a window is not wanted any more.
        boolean unsent = !over && stream != null && connection.isQueued(stream);
        leaveConnection();
        if (unsent) {
            connection.reset(stream.id(), Http2Error.CANCEL);
        }
    }

    @Override
    public void reset() {
        if (!over) {
            boolean open = stream != null;
            leaveConnection();
            if (open) {
                connection.reset(stream.id(), Http2Error.CANCEL);
            }
        }
    }

    private void leaveConnection() {
        if (over) {
            return;
        }
        over = true;
        if (connection != null) {
            connection.consumed(stream, body.drop());
            connection.remove(this);
        }
    }

    /** RFC 9113 section 6.8: above the last stream nothing was done. */
    void onGoAway(int lastStream) {
        if (stream == null || stream.id() > lastStream) {
            fail(FailureDecision.Ending.NEVER_SENT, "its connection takes no more requests");
        }
    }

    @Override
    public void onReset(Http2Error error) {
        if (tunnel != null) {
            fail(FailureDecision.Ending.RESET, "it reset the stream (" + error + ")");
        } else if (error == Http2Error.REFUSED_STREAM) {
            fail(FailureDecision.Ending.NEVER_SENT, "it refused the request");
        } else if (error != Http2Error.NO_ERROR || !headTold || !body.isEnded()) {
            // RFC 9113 section 8.1: NO_ERROR behind a whole answer says only that the rest of the request is not
            // wanted.
            fail(FailureDecision.Ending.RESET, "it reset the stream (" + error + ")");
        }
    }

    @Override
    public void onClosed(String reason) {
        if (tunnel != null || (!over && !(headTold && body.isEnded()))) {
            fail(FailureDecision.Ending.SESSION_LOST, reason);
        }
    }

    private void failBadly(String sentence) {
        fail(FailureDecision.Ending.BAD_RESPONSE, sentence);
    }

    /** The session's time is up: a request's at once, a tunnel's when those that it joins agree. */
    void onDrainDeadline(DrainDeadline deadline) {
        if (tunnel != null) {
            tunnel.pipeline().fireUserEventTriggered(deadline);
        } else {
            fail(FailureDecision.Ending.SESSION_LOST, "its drain deadline passed");
        }
    }

    /** Ends without an answer, or in the middle of one. */
    void fail(FailureDecision.Ending ending, String sentence) {
        if (over) {
            return;
        }
        if (tunnel != null) {
            tunnel.onStreamOver(new StreamClosedException(
                    ending == FailureDecision.Ending.SESSION_LOST
                            ? StreamClosedException.Cause.SESSION_LOST
                            : StreamClosedException.Cause.RESET,
                    /* established= */ true,
                    sentence));
            return;
        }
        boolean acknowledged = connection.isEstablished() && ending != FailureDecision.Ending.NEVER_SENT;
        reset();
        listener.onFailed(new ServiceFailure(ending, acknowledged, heard, sentence));
    }

    @Override
    public Channel takeChannel() {
        tunnel = new Http2Tunnel(connection, stream, body);
        tunnel.closeFuture().addListener(closed -> leaveConnection());
        loop.register(tunnel);
        return tunnel;
    }

    @Override
    public void leave() {
        // Nothing of HTTP is in the tunnel's pipeline.
    }
}
