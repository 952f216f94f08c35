package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import java.io.IOException;
import java.util.Optional;

/**
 * One stream of a client's HTTP/2 connection: a request and its response, with an {@link Exchange} of its own. What comes of
 * the body ahead of its service is kept here, at most a stream's window, and the client gets its window back as the service
 * takes it. A request for another protocol (RFC 8441) becomes a tunnel when its service says yes. What goes wrong ends this
 * stream alone. The connection's event loop owns every field.
 */
final class Http2FrontStream implements ClientSide, Http2Endpoint.OneStream {
    private final Http2FrontConnection connection;
    private final HttpSettings settings;
    private final Http2Stream stream;
    private final Deadline duty;
    private final WriteStall writing;
    private final BodyWatch bodyWatch;
    private final long startNanos = System.nanoTime();

    private RequestHead head;
    /** {@code null} when the request has its answer, or will get none. */
    private Exchange exchange;

    private final PulledBody body;
    private boolean continueOwed;
    private HttpHeaders trailers = LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders();

    /** {@code null} as long as HTTP is spoken. */
    private Http2Tunnel tunnel;

    /** A response's head that may yet turn out to be all of it. */
    private Http2Headers pendingHead;

    Http2FrontStream(Http2FrontConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.settings = connection.settings();
        this.stream = stream;
        this.duty = new Deadline(connection.loop());
        this.writing = connection.writeStall(() -> lose("the client took nothing, and memory was short"));
        this.bodyWatch = new BodyWatch(settings, duty, this::failRequest);
        this.body = new PulledBody(connection.alloc(), bytes -> connection.consumed(stream, bytes));
    }

    /** Whether the client has said that its request ends. */
    boolean isRequestEnded() {
        return body.isEnded();
    }

    // ---- the request

    /**
     * @param ended whether that is all of the request
     */
    void onHead(Http2Headers message, boolean ended) {
        if (ended) {
            body.end();
        }
        try {
            head = connection.check().check(message, ended);
        } catch (Refused refused) {
            refuse(refused.fault());
            return;
        }
        continueOwed = head.expectsContinue();
        Optional<Exchange> found =
                connection.reception().receive(head, this, connection.alloc(), connection.tls(), startNanos);
        if (found.isEmpty()) {
            return;
        }
        exchange = found.get();
        if (head.isExtendedConnect()) {
            // What follows is kept for those who will speak the other protocol.
            exchange.start(/* ended= */ true);
            return;
        }
        if (ended) {
            body.endKnown();
        }
        body.giveTo(new ToExchange());
        exchange.start(ended);
    }

    @Override
    public int onData(ByteBuf data, boolean ended) {
        continueOwed = false;
        bodyWatch.came(data.readableBytes());
        return body.receive(data, ended);
    }

    /** The fields behind the body, and so the end of the request. */
    @Override
    public void onHeaders(Http2Headers message, boolean ended) {
        if (head != null && head.isExtendedConnect()) {
            // RFC 9113 section 8.5
            onClosed("the client sent fields on a stream that carries another protocol");
            connection.resetAtOnce(stream.id(), Http2Error.PROTOCOL_ERROR);
            return;
        }
        if (exchange != null) {
            try {
                trailers = connection.check().checkTrailers(message);
            } catch (Refused refused) {
                body.endKnown();
                failRequest(refused.fault());
                return;
            }
        }
        body.end();
    }

    private final class ToExchange implements PulledBody.Taker {
        @Override
        public void onPiece(ByteBuf data) {
            exchange.onRequestBody(data);
            if (exchange != null) {
                exchange.onRequestFlush();
            }
        }

        @Override
        public void onEnd() {
            exchange.onRequestEnd(trailers);
        }
    }

    @Override
    public ForwardingHeaders forwarding() {
        return connection.forwarding();
    }

    @Override
    public KeptStreams keptStreams() {
        return connection.keptStreams();
    }

    @Override
    public void readBody() {
        body.pull();
        // A client that waits for its 100 owes no body yet.
        if (body.isWaiting() && !continueOwed) {
            bodyWatch.ask();
        }
    }

    /** The request is none that could be understood (RFC 9113 section 8.1.1). */
    private void refuse(HttpFault fault) {
        OwnAnswer answer = OwnAnswer.of(fault);
        connection.reception().tellRefused(answer, startNanos);
        if (fault.status() == HttpResponseStatus.BAD_REQUEST.code()) {
            writeAnswer(answer, /* end= */ false);
            connection.resetAtOnce(stream.id(), Http2Error.PROTOCOL_ERROR);
        } else {
            answer(answer);
        }
    }

    /** The codec gave the head up; the connection's state is in order. */
    void onTooLongHead() {
        OwnAnswer answer = OwnAnswer.of(new HttpFault(
                HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.code(),
                "the head is longer than " + settings.limits().maxHeadBytes() + " bytes",
                "RFC 6585 section 5"));
        connection.reception().tellRefused(answer, startNanos);
        answer(answer);
    }

    private void failRequest(HttpFault fault) {
        exchange.onRequestFault(fault);
    }

    @Override
    public void onReset(Http2Error error) {
        onClosed("the client took the request back (" + error + ")");
    }

    /** The stream is over, whoever ended it. */
    @Override
    public void onClosed(String reason) {
        writing.dispose();
        if (tunnel != null) {
            tunnel.onStreamOver(new IOException(reason));
            return;
        }
        Exchange running = exchange;
        forgetRequest();
        if (running != null) {
            running.onClientGone(reason);
        }
    }

    /** Returns how many bytes of the body nobody took; the codec gives them back to the client when the stream is closed. */
    private int forgetRequest() {
        exchange = null;
        pendingHead = null;
        duty.dispose();
        return body.drop();
    }

    // ---- the response

    @Override
    public EventLoop loop() {
        return connection.loop();
    }

    @Override
    public ClientFacts facts() {
        return connection.facts();
    }

    @Override
    public boolean isWritable() {
        return connection.isWritable(stream);
    }

    @Override
    public void onWritable() {
        if (!isWritable()) {
            return;
        }
        writing.clear();
        if (tunnel != null) {
            tunnel.onWritable();
            watchTunnel();
        } else if (exchange != null) {
            exchange.onClientWritable();
        }
    }

    /** Without room for more, the client has to make some in time. */
    private void watchWriting() {
        if (!isWritable() && !writing.isSet()) {
            writing.set(
                    settings.timeouts().writeStall(),
                    () -> lose("the client took nothing for "
                            + settings.timeouts().writeStall().toSeconds() + " s"));
        }
    }

    private void lose(String reason) {
        onClosed(reason);
        connection.reset(stream.id(), Http2Error.CANCEL);
    }

    @Override
    public void sendInformational(HttpResponseStatus status, HttpHeaders fields) {
        if (status.code() == HttpResponseStatus.CONTINUE.code()) {
            continueOwed = false;
        }
        connection.writeHeaders(stream.id(), Http2Fields.of(status, fields), /* end= */ false);
    }

    @Override
    public void sendHead(ResponseHead response) {
        continueOwed = false;
        pendingHead = Http2Fields.of(response);
    }

    private ChannelFuture writeHead(boolean end) {
        Http2Headers message = pendingHead;
        pendingHead = null;
        return connection.writeHeaders(stream.id(), message, end);
    }

    private void writePendingHead() {
        if (pendingHead != null) {
            writeHead(/* end= */ false);
        }
    }

    @Override
    public void sendBody(ByteBuf data) {
        writePendingHead();
        connection.writeData(stream.id(), data, /* end= */ false);
        watchWriting();
    }

    @Override
    public void sendEnd(HttpHeaders fields) {
        if (pendingHead != null && fields.isEmpty()) {
            endResponse(writeHead(/* end= */ true));
            return;
        }
        writePendingHead();
        endResponse(
                fields.isEmpty()
                        ? connection.writeData(stream.id(), Unpooled.EMPTY_BUFFER, /* end= */ true)
                        : connection.writeHeaders(stream.id(), Http2Fields.ofTrailers(fields), /* end= */ true));
    }

    @Override
    public void flush() {
        writePendingHead();
        connection.flushLater();
    }

    private void endResponse(ChannelFuture written) {
        connection.consumed(stream, forgetRequest());
        watchWriting();
        written.addListener(done -> {
            writing.dispose();
            if (done.isSuccess() && !body.isEnded()) {
                // Section 8.1: the answer is whole, and the rest of the request is not wanted.
                connection.reset(stream.id(), Http2Error.NO_ERROR);
            }
        });
        connection.flushLater();
    }

    @Override
    public void answer(OwnAnswer answer) {
        endResponse(writeAnswer(answer, /* end= */ true));
    }

    private ChannelFuture writeAnswer(OwnAnswer answer, boolean end) {
        HttpHeaders fields = new DefaultHttpHeaders();
        if (head != null && GrpcStatus.isCall(head)) {
            GrpcStatus.describe(fields, GrpcStatus.of(answer.status()), answer.reason());
            pendingHead = Http2Fields.of(HttpResponseStatus.OK, fields);
            return writeHead(end);
        }
        byte[] text = answer.body();
        answer.describe(fields);
        pendingHead = Http2Fields.of(
                new ResponseHead(HttpResponseStatus.valueOf(answer.status()), fields, BodyLength.exactly(text.length)));
        if (head != null && head.isHead()) {
            return writeHead(end);
        }
        writePendingHead();
        return connection.writeData(stream.id(), Unpooled.wrappedBuffer(text), end);
    }

    /** A gRPC call has its own way to say so. */
    @Override
    public void truncate(String reason) {
        if (GrpcStatus.isCall(head)) {
            HttpHeaders fields = new DefaultHttpHeaders();
            GrpcStatus.setStatus(fields, GrpcStatus.UNAVAILABLE, reason);
            sendEnd(fields);
            return;
        }
        forgetRequest();
        writing.dispose();
        connection.reset(stream.id(), Http2Error.INTERNAL_ERROR);
    }

    /** RFC 8441 section 5: the yes is a 200, and has neither an Upgrade nor an accepted key. */
    @Override
    public Channel switchProtocols(ResponseHead response) {
        HttpHeaders fields = response.fields().copy();
        fields.remove(HttpHeaderNames.UPGRADE);
        connection.writeHeaders(stream.id(), Http2Fields.of(HttpResponseStatus.OK, fields), /* end= */ false);
        connection.flushLater();
        tunnel = new Http2Tunnel(connection, stream, body);
        tunnel.closeFuture().addListener(closed -> watchTunnel());
        tunnel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                watchTunnel();
                ctx.fireChannelWritabilityChanged();
            }
        });
        connection.loop().register(tunnel);
        return tunnel;
    }

    @Override
    public void leave() {
        exchange = null;
        duty.dispose();
    }

    /**
     * Without room for more, a tunnel waits as long as it likes; one that has ended in good order may have left something that
     * the client has to take in time.
     */
    private void watchTunnel() {
        writing.clear();
        if (!tunnel.isOpen() && connection.isQueued(stream)) {
            writing.set(
                    settings.timeouts().writeStall(), () -> connection.reset(stream.id(), Http2Error.CONNECT_ERROR));
        } else if (tunnel.isOpen() && !tunnel.isWritable()) {
            writing.begin();
        }
    }
}
