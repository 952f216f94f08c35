package io.socketmaster.server.relay;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.slf4j.LoggerFactory;

/**
 * Lets a client end its side of a TLS connection and still get its answer (contract section 6, RFC 8446 section 6.1): its {@code
 * close_notify} becomes the event that is FIN's on a connection in clear text, and the way to the client stays open. Goes into
 * the pipeline right behind the TLS handler, before the handshake. On the connection's loop.
 *
 * <p>Netty's engine for BoringSSL answers a {@code close_notify} with its own at once, which discards what the service has not
 * said yet and looks like a clean end. It leaves that alone once it has noted that a {@code close_notify} came; so that is noted
 * ahead, in a field that Netty keeps private, and whether one did come is asked of BoringSSL. The JDK's engine does well by
 * itself in TLS 1.3; in TLS 1.2 it ends both ways, as RFC 5246 section 7.2.1 has it. It is no way out for all: handshakes take
 * it five times as long, bulk three times.
 */
public final class TlsHalfClose extends ChannelInboundHandlerAdapter {
    /** Empty with a release of Netty that does without the field: half-closing then ends both ways. */
    private static final Optional<VarHandle> RECEIVED_SHUTDOWN = findReceivedShutdown();

    private final SSLEngine engine;
    private boolean ended;

    public TlsHalfClose(SslHandler tls) {
        engine = tls.engine();
    }

    private static Optional<VarHandle> findReceivedShutdown() {
        Class<?> owner = ReferenceCountedOpenSslEngine.class;
        try {
            return Optional.of(MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
                    .findVarHandle(owner, "receivedShutdown", boolean.class));
        } catch (ReflectiveOperationException e) {
            LoggerFactory.getLogger(TlsHalfClose.class)
                    .warn("TLS clients cannot half-close: this release of Netty is not known to the daemon", e);
            return Optional.empty();
        }
    }

    /** Whether the client has ended its side, by {@code close_notify}, and that was told. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (engine instanceof ReferenceCountedOpenSslEngine && RECEIVED_SHUTDOWN.isPresent()) {
            // The engine's own lock.
            synchronized (engine) {
                RECEIVED_SHUTDOWN.get().set(engine, true);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (!ended && hasCloseNotify()) {
            ended = true;
            ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private boolean hasCloseNotify() {
        if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
            synchronized (engine) {
                long pointer = openSsl.sslPointer();
                return pointer != 0 && (SSL.getShutdown(pointer) & SSL.SSL_RECEIVED_SHUTDOWN) != 0;
            }
        }
        return engine.isInboundDone();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // The FIN behind a close_notify is no news.
        if (!(event instanceof ChannelInputShutdownEvent && ended)) {
            ended |= event instanceof ChannelInputShutdownEvent;
            ctx.fireUserEventTriggered(event);
        }
    }
}
