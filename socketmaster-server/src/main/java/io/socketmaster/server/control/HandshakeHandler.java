package io.socketmaster.server.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.handshake.ControlRequest;
import io.socketmaster.protocol.handshake.HandshakeDecoder;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.handshake.LaneRequest;
import io.socketmaster.protocol.handshake.ReplyEncoder;
import io.socketmaster.server.tls.TlsAlert;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One control connection until it is a session or a lane of one: looks at the first byte, reads the request within the
 * deadline, has it registered, answers, and leaves the pipeline to yamux. Wrong input gets an error reply that names the
 * fault, then a close. Fields belong to the connection's event loop; a lane moves to another one before it is answered, and
 * they with it.
 */
final class HandshakeHandler extends ByteToMessageDecoder {
    /** The high byte of a request's first length, which no limit lets be anything else. */
    private static final int HANDSHAKE = 0x00;

    /** The first byte of a TLS record with a ClientHello. */
    private static final int TLS = 0x16;

    private enum Phase {
        FIRST_BYTE,
        REQUEST,
        REGISTERING,
        OVER
    }

    private final ControlServer server;
    private final Duration deadline;
    private final HandshakeDecoder decoder = new HandshakeDecoder();
    private Phase phase = Phase.FIRST_BYTE;
    private ChannelHandlerContext ctx;
    private ScheduledFuture<?> timeout;

    HandshakeHandler(ControlServer server, Duration deadline) {
        this.server = server;
        this.deadline = deadline;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        timeout = ctx.executor()
                .schedule(
                        () -> refuse(new ProtocolException(
                                ErrorCode.BAD_REQUEST,
                                "the handshake was not complete after " + deadline.toSeconds()
                                        + " s; send it in one piece")),
                        deadline.toNanos(),
                        TimeUnit.NANOSECONDS);
        server.handshakes().enter(this);
    }

    /** Gives up its place to a newer connection. Any thread. */
    void driveOut(int limit) {
        ctx.executor()
                .execute(() -> refuse(new ProtocolException(
                        ErrorCode.LIMIT,
                        "more than " + limit + " handshakes are under way and this is the oldest; try again")));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (phase == Phase.FIRST_BYTE) {
            byte first = in.getByte(in.readerIndex());
            if (isLetter(first)) {
                handOver();
                return;
            }
            if (first == TLS) {
                turnAway(
                        "what came in is TLS, which the control socket does not speak: nothing on it leaves this machine",
                        Unpooled.wrappedBuffer(TlsAlert.HANDSHAKE_FAILURE.record()));
                return;
            }
            if (first != HANDSHAKE) {
                turnAway("what came in is no handshake; closed", Unpooled.EMPTY_BUFFER);
                return;
            }
            phase = Phase.REQUEST;
        }
        if (phase == Phase.REQUEST) {
            readRequest(in);
        } else if (phase == Phase.OVER) {
            in.skipBytes(in.readableBytes());
        }
    }

    /** What has another protocol gets no reply of ours, but for the alert that a TLS client shows to people. */
    private void turnAway(String reason, ByteBuf answer) {
        server.events().registrationRefused(peer(), ErrorCode.BAD_REQUEST.name(), reason);
        leave();
        answerAndClose(answer);
    }

    /**
     * What is still coming is read and dropped until the peer has the answer: a close with unread input would be a reset, and
     * could take the answer with it.
     */
    private void answerAndClose(ByteBuf answer) {
        ctx.channel().config().setAutoRead(true);
        ctx.writeAndFlush(answer).addListener(written -> lingerThenClose());
    }

    private static boolean isLetter(byte first) {
        return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
    }

    /** What speaks in letters is no service. */
    private void handOver() {
        leave();
        server.otherProtocol().accept(ctx.channel());
        // Passes on what was read.
        ctx.pipeline().remove(this);
    }

    private void readRequest(ByteBuf in) {
        try {
            decoder.decode(in).ifPresent(this::accept);
        } catch (ProtocolException e) {
            refuse(e);
        }
    }

    private void accept(ControlRequest request) {
        phase = Phase.REGISTERING;
        timeout.cancel(/* mayInterruptIfRunning= */ false);
        // What follows the request is yamux and waits, in the socket but for what was read with it.
        ctx.channel().config().setAutoRead(false);
        if (request instanceof LaneRequest lane) {
            join(lane);
        } else {
            register((HandshakeRequest) request);
        }
    }

    private void join(LaneRequest request) {
        try {
            ControlSession session = server.session(request.session()).orElseThrow(Lanes::unknown);
            Channel channel = ctx.channel();
            EventLoop place = session.claimLane(request.key(), channel.eventLoop());
            if (place.inEventLoop()) {
                joined(session);
            } else {
                channel.deregister()
                        .addListener(left -> place.register(channel).addListener(arrived -> joined(session)));
            }
        } catch (ProtocolException e) {
            refuse(e);
        }
    }

    /** On the loop that was claimed, unless that has ended. */
    private void joined(ControlSession session) {
        leave();
        if (!ctx.channel().isActive()) {
            ctx.channel().close();
            return;
        }
        HandshakeReply reply = HandshakeReply.ok(HandshakeReply.Details.registered(
                session.sessionId(), /* generation= */ 0, List.of(), "", List.of(), List.of()));
        ctx.writeAndFlush(ReplyEncoder.encode(reply, ctx.alloc()));
        session.beginLane(ctx.pipeline());
        makeWay();
    }

    private void register(HandshakeRequest request) {
        ControlSession session = new ControlSession(ctx.channel(), server, request.options());
        if (!server.sessionOpened(session)) {
            refuse(new ProtocolException(
                    ErrorCode.LIMIT, "as many services are connected as this daemon allows; try again later"));
            return;
        }
        server.registrar()
                .register(request, session)
                .whenComplete((registration, failure) ->
                        ctx.executor().execute(() -> registered(session, registration, failure)));
    }

    private void registered(ControlSession session, Registration registration, Throwable failure) {
        if (failure != null) {
            server.sessionClosed(session);
            refuse(toRefusal(failure));
        } else if (phase != Phase.REGISTERING) {
            server.sessionClosed(session);
            server.onRegistry(() -> registration.generation().gone("end of file during the handshake"));
        } else {
            leave();
            ctx.writeAndFlush(ReplyEncoder.encode(reply(session, registration), ctx.alloc()));
            session.begin(ctx.pipeline(), registration);
            makeWay();
        }
    }

    /** Hands what was read beyond the request to yamux. */
    private void makeWay() {
        ctx.pipeline().remove(this);
        ctx.channel().config().setAutoRead(true);
    }

    private HandshakeReply reply(ControlSession session, Registration registration) {
        return decoder.isVersion2()
                ? HandshakeReply.ok(registration.details(session.sessionId()))
                : HandshakeReply.okV1();
    }

    private static ProtocolException toRefusal(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ProtocolException
                ? (ProtocolException) cause
                : new ProtocolException(ErrorCode.UNAVAILABLE, "the daemon failed to register this: " + cause, cause);
    }

    private void refuse(ProtocolException refusal) {
        if (phase == Phase.OVER) {
            return;
        }
        leave();
        server.events().registrationRefused(peer(), refusal.code().name(), String.valueOf(refusal.getMessage()));
        HandshakeReply reply = decoder.isVersion2() ? HandshakeReply.error(refusal) : HandshakeReply.errorV1(refusal);
        answerAndClose(ReplyEncoder.encode(reply, ctx.alloc()));
    }

    private void lingerThenClose() {
        if (ctx.channel() instanceof io.netty.channel.socket.DuplexChannel duplex) {
            duplex.shutdownOutput();
        }
        ctx.executor().schedule((Runnable) ctx::close, server.lingerMillis(), TimeUnit.MILLISECONDS);
    }

    private void leave() {
        phase = Phase.OVER;
        timeout.cancel(/* mayInterruptIfRunning= */ false);
        server.handshakes().leave(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (phase != Phase.OVER) {
            leave();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (phase != Phase.OVER) {
            server.events().registrationRefused(peer(), ErrorCode.BAD_REQUEST.name(), "connection failed: " + cause);
            leave();
        }
        context.close();
    }

    private String peer() {
        return Optional.ofNullable(ctx.channel().remoteAddress())
                .map(ControlServer::describe)
                .orElse("unix");
    }
}
