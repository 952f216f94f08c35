package io.socketmaster.server.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.server.route.BadHostException;
import io.socketmaster.server.route.HostName;
import io.socketmaster.server.sniff.ClientHello;
import io.socketmaster.server.sniff.FirstBytes;
import io.socketmaster.server.sniff.ProtocolSniffer;
import io.socketmaster.server.tls.TlsAlert;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a connection's first bytes without consuming them, has the fitting pipeline put in place, and leaves. Fields
 * belong to the connection's event loop.
 */
final class SniffHandler extends ByteToMessageDecoder {
    private final Frontends frontends;
    private final PublicListener listener;
    private ChannelHandlerContext ctx;
    private ScheduledFuture<?> deadline;
    private boolean decided;

    SniffHandler(Frontends frontends, PublicListener listener) {
        this.frontends = frontends;
        this.listener = listener;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        boolean mayBeSilent = listener.table().tcp().isPresent();
        deadline = after(mayBeSilent ? frontends.silence() : frontends.sniff(), this::onSilence);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        context.read();
    }

    private ScheduledFuture<?> after(Duration delay, Runnable task) {
        return ctx.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** No decision, and no more to go by: a silent client waits for a server that speaks first, if there may be one. */
    private void onSilence() {
        Optional<RoutedService> tcp = listener.table().tcp();
        if (decided) {
            return;
        }
        if (tcp.isPresent()) {
            decide(() -> frontends.passOn(ctx, tcp.get(), frontends.factsOf(ctx.channel())));
        } else {
            ctx.close();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (decided) {
            return;
        }
        PortTable table = listener.table();
        FirstBytes first = ProtocolSniffer.sniff(in);
        switch (first) {
            case NEED_MORE -> {
                // The next read brings it, or the deadline ends it.
            }
            case TLS -> decideTls(table, in);
            default -> decideClearText(table, first);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (!decided) {
            context.read();
        }
        super.channelReadComplete(context);
    }

    /** No more first bytes will come: what there is has to do. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            onSilence();
        }
        super.userEventTriggered(context, event);
    }

    private void decideClearText(PortTable table, FirstBytes first) {
        if (table.tcp().isPresent()) {
            decide(() -> frontends.passOn(ctx, table.tcp().get(), frontends.factsOf(ctx.channel())));
        } else if (table.http().isEmpty() && table.https().isEmpty()) {
            // Nothing here is spoken without TLS.
            close();
        } else if (first == FirstBytes.HTTP_2) {
            decide(() -> frontends.speakHttp2(ctx, listener, frontends.factsOf(ctx.channel()), Optional.empty()));
        } else {
            decide(() -> frontends.speakHttp1(ctx, listener, frontends.factsOf(ctx.channel()), Optional.empty()));
        }
    }

    private void decideTls(PortTable table, ByteBuf in) {
        ClientHello.Result result = ClientHello.parse(in);
        if (result instanceof ClientHello.Found found) {
            decideByName(table, found.clientHello());
        } else if (result instanceof ClientHello.Not) {
            if (table.tcp().isPresent()) {
                decideClearText(table, FirstBytes.TLS);
            } else {
                alertAndClose(TlsAlert.DECODE_ERROR);
            }
        }
    }

    private void decideByName(PortTable table, ClientHello hello) {
        Optional<TlsTable.Entry> entry = table.tls().find(nameOf(hello));
        if (entry.isEmpty()) {
            if (table.tcp().isPresent()) {
                decideClearText(table, FirstBytes.TLS);
            } else {
                alertAndClose(TlsAlert.UNRECOGNIZED_NAME);
            }
        } else if (entry.get().kind() == RouteKind.PASSTHROUGH) {
            decide(() -> frontends.passOn(
                    ctx, entry.get().service(), frontends.factsOfUnopened(ctx.channel(), hello.serverName())));
        } else {
            endTls(entry.get(), entry.get().tls().orElseThrow(), hello);
        }
    }

    /** RFC 7301 section 3.2: a client that speaks nothing of what is spoken here hears so. */
    private void endTls(TlsTable.Entry entry, RouteSpec.Tls tls, ClientHello hello) {
        if (tls.speaksOneOf(hello.alpn())) {
            decide(() -> frontends.endTls(ctx, listener, entry, tls, hello.serverName()));
        } else {
            alertAndClose(TlsAlert.NO_APPLICATION_PROTOCOL);
        }
    }

    private static HostName nameOf(ClientHello hello) {
        try {
            return hello.serverName().isEmpty() ? HostName.NONE : HostName.of(hello.serverName());
        } catch (BadHostException e) {
            // A name that cannot be registered is nobody's.
            return HostName.NONE;
        }
    }

    private void decide(Runnable assemble) {
        decided = true;
        deadline.cancel(/* mayInterruptIfRunning= */ false);
        assemble.run();
        // Hands the peeked bytes to what was put in place.
        ctx.pipeline().remove(this);
    }

    private void alertAndClose(TlsAlert alert) {
        decided = true;
        deadline.cancel(/* mayInterruptIfRunning= */ false);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(alert.record())).addListener(written -> ctx.close());
    }

    private void close() {
        decided = true;
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        decided = true;
        deadline.cancel(/* mayInterruptIfRunning= */ false);
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context.close();
    }
}
