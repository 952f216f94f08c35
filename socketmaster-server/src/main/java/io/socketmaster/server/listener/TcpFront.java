package io.socketmaster.server.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.Relay;
import io.socketmaster.server.relay.RelayEnd;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Admission;
import io.socketmaster.server.service.Applicant;
import io.socketmaster.server.service.Grant;
import io.socketmaster.server.service.Refusal;
import java.util.ArrayDeque;

/**
 * A connection on its way to a service that takes all of its bytes: waits for a session, then hands over to a {@link
 * Relay}. While it waits it is read once, so that a client which leaves without a word is noticed; the rest stays in the
 * socket. Fields belong to the connection's event loop; the answer may come from another thread.
 */
final class TcpFront extends ChannelInboundHandlerAdapter implements Applicant<StreamUpstream> {
    private final RoutedService target;
    private final ClientFacts facts;
    private final DaemonEvents events;
    private final ArrayDeque<ByteBuf> early = new ArrayDeque<>();
    private ChannelHandlerContext ctx;
    private Admission admission;
    private boolean gone;
    private long startedNanos;

    TcpFront(RoutedService target, ClientFacts facts, DaemonEvents events) {
        this.target = target;
        this.facts = facts;
        this.events = events;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        startedNanos = System.nanoTime();
        admission = target.service().admit(this);
        if (ctx.channel().isActive()) {
            ctx.read();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        context.read();
    }

    @Override
    public void onGranted(Grant<StreamUpstream> grant) {
        // Never at once: admit() may answer before it returns, in the middle of this handler's being added.
        ctx.executor().execute(() -> join(grant));
    }

    @Override
    public void onRefused(Refusal refusal) {
        ctx.executor().execute(() -> {
            ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
            ctx.close();
        });
    }

    private void join(Grant<StreamUpstream> grant) {
        if (gone) {
            grant.ended();
            return;
        }
        grant.longLived();
        Relay relay =
                Relay.open(ctx.channel(), grant.upstream(), facts, grant::established, end -> finished(grant, end));
        // Passes the early bytes on to the relay.
        ctx.pipeline().remove(this);
        relay.start();
    }

    private void finished(Grant<StreamUpstream> grant, RelayEnd end) {
        grant.ended();
        events.connectionFinished(
                target.name(),
                grant.upstream().sessionId(),
                end.bytesToService(),
                end.bytesToClient(),
                System.nanoTime() - startedNanos);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        early.add((ByteBuf) message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && early.isEmpty()) {
            // Ended before it said anything: nobody waits for an answer. With a first word it may, half-closed.
            forget();
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        for (ByteBuf bytes; (bytes = early.poll()) != null; ) {
            context.fireChannelRead(bytes);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        forget();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        forget();
        context.close();
    }

    private void forget() {
        if (!gone) {
            gone = true;
            admission.cancel();
            early.forEach(ByteBuf::release);
            early.clear();
        }
    }
}
