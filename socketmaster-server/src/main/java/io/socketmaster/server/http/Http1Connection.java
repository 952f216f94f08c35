package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.Endings;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's HTTP/1.1 connection: takes its requests one after the other, gives each to an {@link Exchange}, and writes the
 * answers. A pipelined request waits undecoded until the one before it was answered. The connection ends with an error
 * of the client, by the client's wish, or when the daemon stops; never because a service went away. The channel's event
 * loop owns every field.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements ClientSide, FrontConnection {
    private enum Phase {
        /** Between requests, or while a head comes in. */
        IDLE,
        /** A request was read, at least its head, and is not answered to the end. */
        BUSY,
        /** The request was answered without its body, whose rest is on its way: it is dropped. */
        DRAINING,
        /** The last answer was written; input is discarded so that it survives (RFC 9112 section 9.6). */
        LINGERING,
        /** No longer ours. */
        LEFT
    }

    private static final Logger LOG = LoggerFactory.getLogger(Http1Connection.class);

    private final HttpFront front;
    private final HttpSettings settings;
    private final ClientFacts facts;
    private final ForwardingHeaders forwarding;
    private final Optional<TlsScope> tls;
    private final Http1RequestDecoder decoder;
    private final Runnable close = () -> channel().close();

    private ChannelHandlerContext context;
    private Channel channel;
    private Http1Writer writer;
    private Http1Answers answers;
    private KeptStreams keptStreams;
    /** What the client has to do in time; which of its duties that is follows from the phase. */
    private Deadline duty;

    private Deadline writing;
    private Phase phase = Phase.IDLE;
    /** The first reason for which the connection is lost; what follows from that is no news. */
    private String lostBecause = "";

    // The request at hand.
    private RequestCheck.Outcome request;
    private boolean headTimed;
    private Exchange exchange;
    private long startNanos;
    private boolean requestEnded;
    private long bodyBytes;
    /** {@code null} if it has no body. */
    private BodyWatch body;

    /** Whether it is the client's wish that the connection ends behind this request. */
    private boolean clientEnds;

    private boolean continueOwed;
    private boolean watching;
    private long discarded;

    Http1Connection(HttpFront front, ClientFacts facts, Optional<TlsScope> tls) {
        this.front = front;
        this.settings = front.settings();
        this.facts = facts;
        this.forwarding = new ForwardingHeaders(facts);
        this.tls = tls;
        this.decoder = new Http1RequestDecoder(settings.limits());
    }

    Http1RequestDecoder decoder() {
        return decoder;
    }

    private Channel channel() {
        return channel;
    }

    /** Ends at once if nothing is going on, else behind the response at hand. */
    @Override
    public void finishLater() {
        if (!loop().isShuttingDown()) {
            loop().execute(this::finish);
        }
    }

    private void finish() {
        if (phase == Phase.IDLE && !decoder.isHeadBegun()) {
            channel.close();
        }
    }

    // ---- the channel's life

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        channel = ctx.channel();
        writer = new Http1Writer(ctx);
        answers = new Http1Answers(writer, front::isFinishing);
        keptStreams = new KeptStreams(channel.eventLoop(), settings.reuse(), /* limit= */ 1);
        duty = new Deadline(ctx.channel().eventLoop());
        writing = new Deadline(ctx.channel().eventLoop());
        if (channel.isActive()) {
            awaitRequest();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        awaitRequest();
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leaveBooks();
        if (exchange != null) {
            Exchange running = exchange;
            exchange = null;
            running.onClientGone(lostBecause.isEmpty() ? "the client closed the connection" : lostBecause);
        }
        phase = Phase.LEFT;
        ctx.fireChannelInactive();
    }

    private void leaveBooks() {
        duty.dispose();
        writing.dispose();
        keptStreams.close();
        writer.close();
        front.forget(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.error("http: a fault of ours on the connection from {}; it is reset", facts.remote(), cause);
        }
        loseClient("the connection to the client failed: " + cause.getMessage());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == PullDecoder.Exhausted.INSTANCE) {
            onInputExhausted();
        } else if (event instanceof ChannelInputShutdownEvent) {
            if (phase == Phase.LINGERING) {
                channel.close();
            } else if (exchange != null) {
                exchange.onClientHalfClosed();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void onInputExhausted() {
        if (phase == Phase.IDLE || phase == Phase.DRAINING) {
            channel.close();
        } else if (phase == Phase.BUSY && !requestEnded) {
            failRequest(HttpFault.bad("the request's body is cut off", "RFC 9112 section 8"));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!channel.isWritable()) {
            watchWriting();
            return;
        }
        if (phase != Phase.LINGERING) {
            writing.clear();
        }
        if (exchange != null) {
            exchange.onClientWritable();
        } else if (phase == Phase.IDLE) {
            decoder.pull();
        }
    }

    private void loseClient(String reason) {
        if (lostBecause.isEmpty()) {
            lostBecause = reason;
            Endings.reset(channel);
        }
    }

    private void watchWriting() {
        writing.set(settings.timeouts().writeStall(), () -> {
            loseClient("the client took nothing for "
                    + settings.timeouts().writeStall().toSeconds() + " s");
        });
    }

    // ---- requests

    private void awaitRequest() {
        phase = Phase.IDLE;
        request = null;
        answers.toUnknown();
        body = null;
        headTimed = false;
        exchange = null;
        requestEnded = false;
        watching = false;
        duty.set(settings.timeouts().idle(), close);
        // A client that sends requests and takes no answers is not read.
        if (channel.isWritable()) {
            decoder.pull();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (phase == Phase.LINGERING || phase == Phase.LEFT) {
            discard(message);
        } else if (phase == Phase.DRAINING) {
            drain((HttpContent) message);
        } else if (message instanceof HttpFault fault) {
            begin();
            refuse(fault);
        } else if (message instanceof HttpRequest head) {
            begin();
            onHead(head);
        } else {
            onContent((HttpContent) message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (phase == Phase.IDLE && decoder.isHeadBegun() && !headTimed) {
            headTimed = true;
            duty.set(settings.timeouts().head(), this::onHeadTooSlow);
        }
        if (exchange != null) {
            exchange.onRequestFlush();
        }
        watchForHangUp();
    }

    /** With the whole request read, one read is kept going, or the end of the connection would go unnoticed. */
    private void watchForHangUp() {
        boolean inputOpen = !decoder.isInputEnded();
        if (phase == Phase.BUSY && requestEnded && inputOpen && !watching && decoder.waitingBytes() == 0) {
            watching = true;
            context.read();
        }
    }

    private void onHeadTooSlow() {
        begin();
        refuse(new HttpFault(
                408,
                "the head was not complete after " + settings.timeouts().head().toSeconds() + " s",
                "RFC 9110 section 15.5.9"));
    }

    private void begin() {
        phase = Phase.BUSY;
        startNanos = System.nanoTime();
        duty.clear();
    }

    private void onHead(HttpRequest message) {
        RequestCheck.Outcome outcome = RequestCheck.check(message, facts.tls().isPresent());
        if (outcome.isRefused()) {
            refuse(outcome.fault());
            return;
        }
        request = outcome;
        answers.to(outcome);
        clientEnds = !outcome.keepAlive();
        if (clientEnds) {
            keptStreams.onLastRequest();
        }
        bodyBytes = 0;
        continueOwed = outcome.head().expectsContinue();
        // The end of an empty body comes right behind; waiting for it makes such a request one whole thing.
        if (!outcome.head().body().isEmpty()) {
            body = new BodyWatch(settings, duty, this::failRequest);
            route();
        }
    }

    private void onContent(HttpContent content) {
        continueOwed = false;
        bodyBytes += content.content().readableBytes();
        if (body != null) {
            body.came(content.content().readableBytes());
        }
        Optional<HttpFault> fault = faultOf(content);
        if (fault.isPresent()) {
            content.release();
            failRequest(fault.get());
            return;
        }
        // Ahead of the bytes: whoever takes them must not ask for more.
        requestEnded = content instanceof LastHttpContent;
        if (exchange != null && content.content().isReadable()) {
            exchange.onRequestBody(content.content());
        } else {
            content.release();
        }
        if (!requestEnded || phase != Phase.BUSY) {
            return;
        }
        if (exchange == null) {
            route();
        } else {
            exchange.onRequestEnd(((LastHttpContent) content).trailingHeaders());
        }
    }

    private Optional<HttpFault> faultOf(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            return Optional.of(
                    RequestCheck.undecodableBody(content.decoderResult().cause()));
        }
        return content instanceof LastHttpContent last
                ? RequestCheck.checkTrailers(
                        last.trailingHeaders(), settings.limits().maxFields())
                : Optional.empty();
    }

    private void route() {
        front.reception()
                .receive(request.head(), this, channel.alloc(), tls, startNanos)
                .ifPresent(found -> {
                    exchange = found;
                    found.start(requestEnded);
                    if (decoder.isInputEnded() && exchange != null) {
                        exchange.onClientHalfClosed();
                    }
                });
    }

    /** Refuses what cannot be understood: after it nothing on this connection can. */
    private void refuse(HttpFault fault) {
        OwnAnswer answer = OwnAnswer.of(fault);
        front.reception().tellRefused(answer, startNanos);
        answers.endConnection();
        answer(answer);
    }

    private void failRequest(HttpFault fault) {
        answers.endConnection();
        if (exchange != null) {
            exchange.onRequestFault(fault);
        } else {
            channel.close();
        }
    }

    // ---- for the exchange

    @Override
    public EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public ClientFacts facts() {
        return facts;
    }

    @Override
    public ForwardingHeaders forwarding() {
        return forwarding;
    }

    @Override
    public KeptStreams keptStreams() {
        return keptStreams;
    }

    @Override
    public void readBody() {
        if (requestEnded) {
            return;
        }
        // A client that waits for its 100 owes no body yet.
        if (!continueOwed && body != null) {
            body.ask();
        }
        decoder.pull();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void sendInformational(HttpResponseStatus status, HttpHeaders fields) {
        if (status.code() == 100) {
            continueOwed = false;
        }
        answers.informational(status, fields);
    }

    @Override
    public void sendHead(ResponseHead head) {
        continueOwed = false;
        answers.head(head);
    }

    @Override
    public void sendBody(ByteBuf data) {
        writer.body(data);
    }

    @Override
    public void sendEnd(HttpHeaders trailers) {
        writer.end(trailers);
        endResponse();
    }

    @Override
    public void flush() {
        writer.flush();
    }

    private void endResponse() {
        flush();
        exchange = null;
        duty.clear();
        if (answers.keepConnection() && requestEnded) {
            awaitRequest();
        } else if (answers.keepConnection() && isRestSmall()) {
            phase = Phase.DRAINING;
            duty.set(settings.timeouts().linger(), close);
            decoder.pull();
        } else {
            linger();
        }
    }

    /** Whether the rest of the request's body is short, and no client waits to be asked for it. */
    private boolean isRestSmall() {
        return request != null
                && request.head().body().kind() == BodyLength.Kind.EXACT
                && request.head().body().bytes() - bodyBytes
                        <= settings.limits().drainBytes()
                && !request.head().expectsContinue();
    }

    private void drain(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        boolean broken = content.decoderResult().isFailure();
        content.release();
        if (broken || (last && front.isFinishing())) {
            channel.close();
        } else if (last) {
            awaitRequest();
        } else {
            decoder.pull();
        }
    }

    @Override
    public void answer(OwnAnswer answer) {
        // Without the whole request, the next one's first byte is not known to be one. And what one request has wrong,
        // such as
        // its Host, others may read differently: nothing behind it is believed (contract section 10).
        boolean understood = answer.status() != HttpResponseStatus.BAD_REQUEST.code();
        if (!understood || !(requestEnded || isRestSmall())) {
            answers.endConnection();
        }
        answers.own(answer);
        endResponse();
    }

    @Override
    public void truncate(String reason) {
        exchange = null;
        phase = Phase.LEFT;
        Endings.reset(channel);
    }

    @Override
    public Channel switchProtocols(ResponseHead head) {
        answers.switchingProtocols(head);
        flush();
        return channel;
    }

    @Override
    public void leave() {
        leaveBooks();
        exchange = null;
        phase = Phase.LEFT;
        channel.pipeline().remove(this);
        channel.pipeline().remove(decoder);
    }

    // ---- the end

    private void linger() {
        phase = Phase.LINGERING;
        boolean cutsNothingOff = sendsNothingMore();
        if (cutsNothingOff && isAllWritten()) {
            channel.close();
            return;
        }
        watchWriting();
        if (cutsNothingOff) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        Endings.endOutput(channel).addListener((ChannelFutureListener) ended -> {
            writing.clear();
            if (!ended.isSuccess() || decoder.isInputEnded() || !channel.isActive()) {
                channel.close();
                return;
            }
            duty.set(settings.timeouts().linger(), close);
            // The decoder gives back what it holds, and nothing is decoded any more.
            channel.pipeline().remove(decoder);
            channel.config().setAutoRead(true);
        });
    }

    /** Whether the client itself wanted the end, and everything it sent was read: then a close cuts nothing off. */
    private boolean sendsNothingMore() {
        return clientEnds && requestEnded && tls.isEmpty() && decoder.waitingBytes() == 0;
    }

    /** In clear text; a TLS handler may have something left. */
    private boolean isAllWritten() {
        ChannelOutboundBuffer output = channel.unsafe().outboundBuffer();
        return output == null || output.isEmpty();
    }

    private void discard(Object message) {
        if (message instanceof ByteBuf bytes) {
            discarded += bytes.readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (phase == Phase.LINGERING && discarded > settings.limits().lingerBytes()) {
            channel.close();
        }
    }
}
