package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.socketmaster.server.relay.ClientFacts;
import java.util.Optional;

/**
 * One stream of a client's HTTP/2 connection: a request and its response, with an {@link Exchange} of its own. What comes of
 * the body ahead of its service is kept here, at most a stream's window, and the client gets its window back as the service
 * takes it. What goes wrong ends this stream alone. The connection's event loop owns every field.
 */
final class Http2FrontStream implements ClientSide {
    private final Http2FrontConnection connection;
    private final HttpSettings settings;
    private final Http2Stream stream;
    private final Deadline duty;
    private final Deadline writing;
    private final BodyWatch body;
    private final long startNanos = System.nanoTime();

    private RequestHead head;
    /** {@code null} when the request has its answer, or will get none. */
    private Exchange exchange;

    // The request's body.
    private ByteBuf kept = Unpooled.EMPTY_BUFFER;
    private boolean wanted;
    private boolean delivering;
    private boolean requestEnded;
    private boolean endTold;
    private boolean continueOwed;
    private HttpHeaders trailers = LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders();

    /** A response's head that may yet turn out to be all of it. */
    private Http2Headers pendingHead;

    Http2FrontStream(Http2FrontConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.settings = connection.settings();
        this.stream = stream;
        this.duty = new Deadline(connection.loop());
        this.writing = new Deadline(connection.loop());
        this.body = new BodyWatch(settings, duty, this::failRequest);
    }

    /** Whether the client has said that its request ends. */
    boolean isRequestEnded() {
        return requestEnded;
    }

    // ---- the request

    /**
     * @param ended whether that is all of the request
     */
    void onHead(Http2Headers message, boolean ended) {
        requestEnded = ended;
        endTold = ended;
        try {
            head = connection.check().check(message, ended);
        } catch (Refused refused) {
            refuse(refused.fault());
            return;
        }
        continueOwed = head.expectsContinue();
        Optional<Exchange> found =
                connection.reception().receive(head, this, connection.alloc(), connection.tls(), startNanos);
        if (found.isPresent()) {
            exchange = found.get();
            exchange.start(ended);
        }
    }

    /**
     * A piece of the body, which stays the caller's.
     *
     * @return how many of its bytes the client may send anew at once
     */
    int onBody(ByteBuf data, boolean ended) {
        int bytes = data.readableBytes();
        // Ahead of the bytes: whoever takes them must not wait for more.
        requestEnded = ended;
        continueOwed = false;
        body.came(bytes);
        if (exchange == null) {
            return bytes;
        }
        if (wanted && !delivering && bytes > 0) {
            deliver(data.retain());
            deliver();
            return bytes;
        }
        keep(data);
        deliver();
        return 0;
    }

    /** The fields behind the body, and so the end of the request. */
    void onTrailers(Http2Headers message) {
        requestEnded = true;
        if (exchange == null) {
            return;
        }
        try {
            trailers = connection.check().checkTrailers(message);
        } catch (Refused refused) {
            failRequest(refused.fault());
            return;
        }
        deliver();
    }

    /** A copy: a client that sends a byte at a time would otherwise keep a read buffer alive with each. */
    private void keep(ByteBuf data) {
        if (!data.isReadable()) {
            return;
        }
        if (!kept.isReadable()) {
            kept = connection.alloc().buffer(data.readableBytes());
        }
        kept.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    /** Hands over what is there, as far as it is asked for; the end goes right behind the last byte. */
    private void deliver() {
        if (delivering) {
            return;
        }
        if (wanted && kept.isReadable()) {
            ByteBuf data = kept;
            kept = Unpooled.EMPTY_BUFFER;
            connection.consumed(stream, data.readableBytes());
            deliver(data);
        }
        boolean askedForTheEnd = wanted || !kept.isReadable();
        if (requestEnded && !endTold && exchange != null && !kept.isReadable() && askedForTheEnd) {
            endTold = true;
            exchange.onRequestEnd(trailers);
        }
    }

    private void deliver(ByteBuf data) {
        wanted = false;
        delivering = true;
        exchange.onRequestBody(data);
        delivering = false;
        if (exchange != null) {
            exchange.onRequestFlush();
        }
    }

    @Override
    public void readBody() {
        if (endTold) {
            return;
        }
        wanted = true;
        deliver();
        // A client that waits for its 100 owes no body yet.
        if (wanted && !requestEnded && !continueOwed) {
            body.ask();
        }
    }

    /** The request is none that could be understood (RFC 9113 section 8.1.1). */
    private void refuse(HttpFault fault) {
        OwnAnswer answer = OwnAnswer.of(fault);
        connection.reception().tellRefused(answer, startNanos);
        if (fault.status() == HttpResponseStatus.BAD_REQUEST.code()) {
            writeAnswer(answer, /* end= */ false);
            connection.resetAtOnce(stream, Http2Error.PROTOCOL_ERROR);
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
        writeAnswer(answer, /* end= */ true);
    }

    private void failRequest(HttpFault fault) {
        exchange.onRequestFault(fault);
    }

    /** The stream is over, whoever ended it. */
    void onClosed(String reason) {
        Exchange running = exchange;
        forgetRequest();
        writing.dispose();
        if (running != null) {
            running.onClientGone(reason);
        }
    }

    private void forgetRequest() {
        exchange = null;
        pendingHead = null;
        duty.dispose();
        kept.release();
        kept = Unpooled.EMPTY_BUFFER;
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

    void onWritable() {
        writing.clear();
        if (exchange != null) {
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
        connection.reset(stream, Http2Error.CANCEL);
    }

    @Override
    public void sendInformational(HttpResponseStatus status, HttpHeaders fields) {
        if (status.code() == HttpResponseStatus.CONTINUE.code()) {
            continueOwed = false;
        }
        connection.writeHeaders(stream, Http2Fields.of(status, fields), /* end= */ false);
    }

    @Override
    public void sendHead(ResponseHead response) {
        continueOwed = false;
        pendingHead = Http2Fields.of(response);
    }

    private ChannelFuture writeHead(boolean end) {
        Http2Headers message = pendingHead;
        pendingHead = null;
        return connection.writeHeaders(stream, message, end);
    }

    private void writePendingHead() {
        if (pendingHead != null) {
            writeHead(/* end= */ false);
        }
    }

    @Override
    public void sendBody(ByteBuf data) {
        writePendingHead();
        connection.writeData(stream, data, /* end= */ false);
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
                        ? connection.writeData(stream, Unpooled.EMPTY_BUFFER, /* end= */ true)
                        : connection.writeHeaders(stream, Http2Fields.ofTrailers(fields), /* end= */ true));
    }

    @Override
    public void flush() {
        writePendingHead();
        connection.flushLater();
    }

    private void endResponse(ChannelFuture written) {
        int unread = kept.readableBytes();
        forgetRequest();
        connection.consumed(stream, unread);
        watchWriting();
        written.addListener(done -> {
            writing.dispose();
            if (done.isSuccess() && !requestEnded) {
                // Section 8.1: the answer is whole, and the rest of the request is not wanted.
                connection.reset(stream, Http2Error.NO_ERROR);
            }
        });
        connection.flushLater();
    }

    @Override
    public void answer(OwnAnswer answer) {
        endResponse(writeAnswer(answer, /* end= */ true));
    }

    private ChannelFuture writeAnswer(OwnAnswer answer, boolean end) {
        byte[] text = answer.body();
        HttpHeaders fields = new DefaultHttpHeaders();
        answer.describe(fields);
        pendingHead = Http2Fields.of(
                new ResponseHead(HttpResponseStatus.valueOf(answer.status()), fields, BodyLength.exactly(text.length)));
        if (head != null && head.isHead()) {
            return writeHead(end);
        }
        writePendingHead();
        return connection.writeData(stream, Unpooled.wrappedBuffer(text), end);
    }

    @Override
    public void truncate() {
        forgetRequest();
        writing.dispose();
        connection.reset(stream, Http2Error.INTERNAL_ERROR);
    }

    @Override
    public Channel switchProtocols(ResponseHead response) {
        throw new IllegalStateException(
                "HTTP/2 has no Upgrade (RFC 9113 section 8.6), and no request was let in with one");
    }

    @Override
    public void leave() {
        throw new IllegalStateException("no HTTP/2 stream switches protocols");
    }
}
