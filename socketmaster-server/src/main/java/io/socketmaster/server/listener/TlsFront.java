package io.socketmaster.server.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.socketmaster.server.http.TlsScope;
import io.socketmaster.server.relay.ClientFacts;
import java.util.Optional;

/** Waits for the end of a TLS handshake and has the pipeline for what is inside put in place. On the connection's loop. */
final class TlsFront extends ChannelInboundHandlerAdapter {
    private final Frontends frontends;
    private final PublicListener listener;
    private final TlsTable.Entry entry;
    private final SslHandler tls;
    private final String serverName;

    TlsFront(Frontends frontends, PublicListener listener, TlsTable.Entry entry, SslHandler tls, String serverName) {
        this.frontends = frontends;
        this.listener = listener;
        this.entry = entry;
        this.tls = tls;
        this.serverName = serverName;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                assemble(ctx);
            } else {
                // The handler has sent its alert.
                ctx.close();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void assemble(ChannelHandlerContext ctx) {
        ClientFacts facts = frontends.factsOf(ctx.channel(), tls, serverName);
        if (entry.kind() == RouteKind.HTTPS) {
            Optional<TlsScope> scope = Optional.of(new ServiceScope(entry.service()));
            if (ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
                frontends.speakHttp2(ctx, listener, facts, scope);
            } else {
                frontends.speakHttp1(ctx, listener, facts, scope);
            }
        } else {
            frontends.passOn(ctx, entry.service(), facts);
        }
        ctx.pipeline().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // A client that does not get through its handshake is nobody's request; the alert told it why.
        ctx.close();
    }
}
