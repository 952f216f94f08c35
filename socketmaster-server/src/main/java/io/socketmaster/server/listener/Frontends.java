package io.socketmaster.server.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandler;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.http.HttpEvents;
import io.socketmaster.server.http.HttpFront;
import io.socketmaster.server.http.HttpRoutes;
import io.socketmaster.server.http.TlsScope;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.Endings;
import io.socketmaster.server.relay.ReplayBudget;
import io.socketmaster.server.relay.TlsHalfClose;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;

/**
 * The one place where the pipelines of frontend connections are assembled:
 *
 * <pre>
 *   plain TCP only     {@link TcpFront} ▶ relay
 *   anything else      {@link SniffHandler} ▶ TcpFront                          not TLS, and a TCP service is here
 *                                   ▶ HTTP                              not TLS
 *                                   ▶ TcpFront                          TLS for a passthrough
 *                                   ▶ SslHandler, {@link TlsFront} ▶ HTTP       TLS for HTTPS
 *                                   ▶ SslHandler, TlsFront ▶ TcpFront   TLS for a service that takes what is inside
 * </pre>
 *
 * <p>Stateless; its methods run on the connection's event loop.
 */
public final class Frontends {
    private static final InetSocketAddress THIS_MACHINE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final DaemonSettings settings;
    private final DaemonEvents events;
    private final HttpEvents httpEvents;
    private final ReplayBudget replayBudget;
    private final ConnectionCount connections;
    private final AddressCount addresses;
    private final MemoryWatch memory;

    public Frontends(DaemonSettings settings, DaemonEvents events, HttpEvents httpEvents, MemoryWatch memory) {
        this.settings = settings;
        this.events = events;
        this.httpEvents = httpEvents;
        this.memory = memory;
        this.replayBudget = new ReplayBudget(settings.http().replay().totalBytes());
        this.connections = new ConnectionCount(settings.connections().total(), Optional.empty());
        this.addresses = new AddressCount(settings.connections().perAddress());
    }

    /** What serves HTTP on one port. */
    HttpFront httpFront(HttpRoutes routes) {
        return new HttpFront(settings.http(), routes, httpEvents, replayBudget, memory.stalls());
    }

    /** For the connections of one more port. */
    ConnectionCount portConnections() {
        return new ConnectionCount(settings.connections().perPort(), Optional.of(connections));
    }

    /**
     * Counts a connection to a plain backend until it is closed: it takes a descriptor as its client's does, and clients must not
     * take the last ones. Any thread.
     *
     * @return the same
     */
    public Channel counted(Channel toBackend) {
        connections.enter();
        toBackend.closeFuture().addListener(closed -> connections.leave());
        return toBackend;
    }

    ChannelInitializer<Channel> initializer(PublicListener listener) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                if (!admit(channel, listener.connections())) {
                    return;
                }
                channel.pipeline().addLast(new SendGuard(memory, events));
                PortTable table = listener.table();
                if (table.isTcpOnly()) {
                    channel.pipeline().addLast(tcpFront(table.tcp().get(), factsOf(channel)));
                } else {
                    channel.pipeline().addLast(new SniffHandler(Frontends.this, listener));
                }
            }
        };
    }

    private boolean admit(Channel channel, ConnectionCount count) {
        InetAddress client = remote(channel).getAddress();
        if (!addresses.tryEnter(client)) {
            return turnAway(channel, "as many connections are open from " + client.getHostAddress() + " as may be");
        }
        if (!count.tryEnter()) {
            addresses.leave(client);
            return turnAway(channel, "as many connections are open as may be");
        }
        channel.closeFuture().addListener(closed -> {
            count.leave();
            addresses.leave(client);
        });
        return true;
    }

    private boolean turnAway(Channel channel, String reason) {
        events.connectionTurnedAway(channel.localAddress(), reason);
        Endings.reset(channel);
        return false;
    }

    void passOn(ChannelHandlerContext ctx, RoutedService service, ClientFacts facts) {
        ctx.pipeline().addLast(tcpFront(service, facts));
    }

    private TcpFront tcpFront(RoutedService service, ClientFacts facts) {
        return new TcpFront(service, facts, events, settings.http().replay(), replayBudget);
    }

    void speakHttp1(ChannelHandlerContext ctx, PublicListener listener, ClientFacts facts, Optional<TlsScope> scope) {
        listener.http().serveHttp1(ctx.pipeline(), facts, scope);
    }

    void speakHttp2(ChannelHandlerContext ctx, PublicListener listener, ClientFacts facts, Optional<TlsScope> scope) {
        listener.http().serveHttp2(ctx.pipeline(), facts, scope);
    }

    void endTls(
            ChannelHandlerContext ctx,
            PublicListener listener,
            TlsTable.Entry entry,
            RouteSpec.Tls with,
            String serverName) {
        SslHandler tls = with.server().newHandler(ctx.alloc());
        tls.setHandshakeTimeout(settings.sniff().toMillis(), TimeUnit.MILLISECONDS);
        ctx.pipeline().addLast(tls, new TlsHalfClose(tls), new TlsFront(this, listener, entry, tls, serverName));
    }

    ClientFacts factsOf(Channel channel) {
        return new ClientFacts(remote(channel), local(channel), Optional.empty());
    }

    /** What is known of a TLS connection that is passed through. */
    ClientFacts factsOfUnopened(Channel channel, String serverName) {
        return new ClientFacts(
                remote(channel), local(channel), Optional.of(new ClientFacts.TlsFacts("", "", serverName, "")));
    }

    ClientFacts factsOf(Channel channel, SslHandler tls, String serverName) {
        SSLSession session = tls.engine().getSession();
        String alpn = tls.applicationProtocol() == null ? "" : tls.applicationProtocol();
        return new ClientFacts(
                remote(channel),
                local(channel),
                Optional.of(
                        new ClientFacts.TlsFacts(session.getProtocol(), session.getCipherSuite(), serverName, alpn)));
    }

    private static InetSocketAddress remote(Channel channel) {
        return ip(channel.remoteAddress());
    }

    private static InetSocketAddress local(Channel channel) {
        return ip(channel.localAddress());
    }

    /** Who comes over a Unix socket is on this machine, and told as loopback without a port. */
    private static InetSocketAddress ip(SocketAddress address) {
        return address instanceof InetSocketAddress ip ? ip : THIS_MACHINE;
    }

    Duration sniff() {
        return settings.sniff();
    }

    Duration silence() {
        return settings.silence();
    }
}
