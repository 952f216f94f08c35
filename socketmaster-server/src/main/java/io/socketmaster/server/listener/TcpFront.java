package io.socketmaster.server.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.protocol.yamux.netty.StreamEstablished;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.DrainDeadline;
import io.socketmaster.server.relay.Endings;
import io.socketmaster.server.relay.Relay;
import io.socketmaster.server.relay.RelayEnd;
import io.socketmaster.server.relay.ReplayBudget;
import io.socketmaster.server.relay.ReplayBuffer;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Admission;
import io.socketmaster.server.service.Applicant;
import io.socketmaster.server.service.Grant;
import io.socketmaster.server.service.Refusal;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * A connection on its way to a service that takes all of its bytes: waits for a session, offers it a stream, and when that is
 * taken hands over to a {@link Relay}. While it waits it is read once, so that a client which leaves without a word is
 * noticed; the rest stays in the socket. A stream that nobody can have seen is offered to another session (contract
 * section 5) with all that the client has said, and with its end if it has half-closed. Fields belong to the connection's
 * event loop; the answer may come from another thread.
 */
final class TcpFront extends ChannelInboundHandlerAdapter implements Applicant<StreamUpstream> {
    private final RoutedService target;
    private final ClientFacts facts;
    private final DaemonEvents events;
    private final HttpSettings.Replay settings;
    private final ReplayBudget budget;
    /** What the client has said and no service was sent. */
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();

    private ChannelHandlerContext ctx;
    private Admission admission;
    /** The stream that is on offer; {@code null} while the connection waits for a session. */
    private Offer offer;

    /** The client has ended its side: nothing will be added to what it said. */
    private boolean clientEnded;

    private boolean gone;
    private long startedNanos;

    /** @param budget shared by all connections of the daemon */
    TcpFront(
            RoutedService target,
            ClientFacts facts,
            DaemonEvents events,
            HttpSettings.Replay settings,
            ReplayBudget budget) {
        this.target = target;
        this.facts = facts;
        this.events = events;
        this.settings = settings;
        this.budget = budget;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        startedNanos = System.nanoTime();
        admission = target.service().admit(this);
        if (Endings.hasInputEnded(ctx.channel())) {
            clientEnded = true;
            endInput();
        }
        if (ctx.channel().isActive()) {
            ctx.read();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        context.read();
    }

    // ---- waiting for a session

    @Override
    public void onGranted(Grant<StreamUpstream> grant) {
        // Never at once: admit() may answer before it returns, in the middle of this handler's being added.
        ctx.executor().execute(() -> offer(grant));
    }

    @Override
    public void onRefused(Refusal refusal) {
        ctx.executor().execute(() -> {
            Optional<Rejection> rejection =
                    refusal.reason() == Refusal.Reason.PAUSED ? target.spec().rejection() : Optional.empty();
            if (rejection.isPresent() && !gone) {
                turnAway(rejection.get());
            } else {
                forget();
                Endings.reset(ctx.channel());
            }
        });
    }

    private void turnAway(Rejection rejection) {
        rejection.tls().ifPresent(tls -> ctx.pipeline().addLast(tls.newHandler(ctx.alloc())));
        ctx.pipeline().addLast(new TurnedAway(rejection));
        for (ByteBuf bytes; (bytes = early.poll()) != null; ) {
            ctx.fireChannelRead(bytes);
        }
        ctx.fireChannelReadComplete();
        ctx.pipeline().remove(this);
    }

    private void offer(Grant<StreamUpstream> grant) {
        if (gone) {
            grant.ended();
            return;
        }
        grant.longLived();
        offer = new Offer(grant);
        offer.open();
    }

    // ---- the client

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (gone) {
            bytes.release();
        } else if (offer == null) {
            early.add(bytes);
        } else {
            offer.pass(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (offer != null) {
            offer.readOn();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            context.fireUserEventTriggered(event);
        } else if (!clientEnded) {
            clientEnded = true;
            endInput();
        }
    }

    private void endInput() {
        if (offer != null) {
            offer.passEnd();
        } else {
            // Behind a grant that was given at once and is on its way here.
            ctx.executor().execute(this::leaveWithoutAWord);
        }
    }

    /** Ended before it said anything, while it waits: nobody waits for an answer. With a first word it may, half-closed. */
    private void leaveWithoutAWord() {
        if (offer == null && early.isEmpty() && !gone) {
            forget();
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        leave();
        context.close();
    }

    private void leave() {
        if (offer != null) {
            offer.withdraw();
        }
        forget();
    }

    private void forget() {
        if (!gone) {
            gone = true;
            admission.cancel();
            early.forEach(ByteBuf::release);
            early.clear();
        }
    }

    private void finished(Grant<StreamUpstream> grant, long bytesToService, long bytesToClient) {
        grant.ended();
        events.connectionFinished(
                target.name(),
                grant.upstream().sessionId(),
                bytesToService,
                bytesToClient,
                System.nanoTime() - startedNanos);
    }

    /**
     * One stream that a session was asked to take. Until it is taken, what the client says is sent and kept, and no more is
     * read than can be kept. It is settled when it is taken, or at once if there is no memory to keep anything: from then on
     * the two are one connection.
     */
    private final class Offer extends ChannelInboundHandlerAdapter {
        private final Grant<StreamUpstream> grant;
        private final ReplayBuffer said =
                new ReplayBuffer(settings.requestBytes(), budget, ctx.channel().alloc());
        private Channel stream;
        private long passed;
        private boolean settled;
        /** It would have been settled, had the stream not been on its way still. */
        private boolean settlesWhenActive;

        private boolean over;
        /** The stream failed, and no service can have seen it. */
        private boolean unseen;

        Offer(Grant<StreamUpstream> grant) {
            this.grant = grant;
        }

        void open() {
            try {
                stream = grant.upstream().openStream(ctx.channel().eventLoop(), facts, this);
            } catch (ChannelException noSocket) {
                unseen = true;
                fail();
                return;
            }
            for (ByteBuf bytes; !over && (bytes = early.poll()) != null; ) {
                pass(bytes);
            }
            if (!over) {
                readOn();
            }
            if (!over && !settled && clientEnded) {
                passEnd();
            }
        }

        /** Sends what the client said, which is given away. */
        void pass(ByteBuf bytes) {
            passed += bytes.readableBytes();
            said.keep(bytes);
            // A failed write is reported to exceptionCaught.
            stream.write(bytes, stream.voidPromise());
        }

        /** What was passed goes out, and more may come. */
        void readOn() {
            stream.flush();
            if (!said.isWhole()) {
                settle();
            } else if (said.hasRoom() && stream.isWritable() && !clientEnded) {
                ctx.read();
            }
        }

        /** Sends the client's end, behind all it said; some services take a stream only then, or say so only then. */
        void passEnd() {
            // A failure is reported to exceptionCaught.
            Endings.endOutput(stream);
        }

        /** From here on there is no way back. */
        void settle() {
            if (settled || over) {
                return;
            }
            if (!stream.isActive()) {
                settlesWhenActive = true;
                return;
            }
            settled = true;
            said.release();
            Relay relay = Relay.join(ctx.channel(), stream, this::onRelayEnd);
            ctx.pipeline().remove(TcpFront.this);
            relay.start();
        }

        private void onRelayEnd(RelayEnd end) {
            finished(grant, passed + end.bytesToService(), end.bytesToClient());
        }

        /** The client is lost. */
        void withdraw() {
            if (!over && !settled) {
                giveUp();
                Endings.reset(stream);
            }
        }

        private void giveUp() {
            over = true;
            offer = null;
            said.release();
            finished(grant, passed, /* bytesToClient= */ 0);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.fireChannelActive();
            if (settlesWhenActive) {
                settle();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == StreamEstablished.INSTANCE) {
                grant.established();
                settle();
            } else if (settled) {
                context.fireUserEventTriggered(event);
            } else if (event instanceof DrainDeadline deadline && deadline.longLivedToo()) {
                Endings.reset(stream);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (settled) {
                context.fireExceptionCaught(cause);
                return;
            }
            unseen = cause instanceof StreamClosedException closed && nobodySaw(closed);
            context.close();
        }

        /** What was lost with its session was not seen by anybody if its peer would have acknowledged it first. */
        private boolean nobodySaw(StreamClosedException closed) {
            return !closed.isEstablished()
                    && (closed.reason() != StreamClosedException.Cause.SESSION_LOST
                            || (grant.upstream().acknowledgesFirst() && !settings.unacknowledgedIdempotentOnly()));
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (settled) {
                context.fireChannelWritabilityChanged();
            } else if (!over && stream.isWritable()) {
                readOn();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (settled) {
                context.fireChannelInactive();
            } else if (!over) {
                fail();
            }
        }

        private void fail() {
            if (!unseen || !said.isWhole()) {
                giveUp();
                forget();
                Endings.reset(ctx.channel());
                return;
            }
            over = true;
            offer = null;
            said.copy().ifPresent(early::addFirst);
            said.release();
            events.connectionReplayed(target.name(), grant.upstream().sessionId());
            admission = target.service().admitAgain(TcpFront.this, grant);
        }
    }
}
