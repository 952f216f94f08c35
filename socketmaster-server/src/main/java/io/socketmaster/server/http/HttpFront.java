package io.socketmaster.server.http;

import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.ReplayBudget;
import io.socketmaster.server.relay.Stalls;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves HTTP on client connections that somebody else accepted: the way into this room. Its methods may be called from any
 * thread, unless they say otherwise.
 */
public final class HttpFront {
    private final HttpSettings settings;
    private final Stalls stalls;
    private final Reception reception;
    private final Set<FrontConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean finishing;

    /**
     * @param budget what requests may be kept in, shared with the other fronts of the daemon
     * @param stalls where those are found that take nothing, when memory is short
     */
    public HttpFront(HttpSettings settings, HttpRoutes routes, HttpEvents events, ReplayBudget budget, Stalls stalls) {
        this.settings = settings;
        this.stalls = stalls;
        this.reception = new Reception(settings, routes, events, budget, ServiceStreams.of(settings));
    }

    /**
     * Puts HTTP/1.1 at the end of a connection's pipeline. Bytes that were peeked at are to be fired into it afterwards. Turns
     * auto-read off and half-closure on. On the connection's event loop.
     *
     * @param facts what services are told of the client
     * @param tls what the connection's certificate may be used for; empty in clear text
     */
    public void serveHttp1(ChannelPipeline pipeline, ClientFacts facts, Optional<TlsScope> tls) {
        pipeline.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        pipeline.channel().config().setAutoRead(false);
        Http1Connection connection = new Http1Connection(this, facts, tls);
        pipeline.addLast(connection.decoder(), connection);
        remember(connection);
    }

    /**
     * As {@link #serveHttp1} for HTTP/2: the client's preface is to come first (RFC 9113 section 3.4). Turns auto-read and
     * half-closure off.
     */
    public void serveHttp2(ChannelPipeline pipeline, ClientFacts facts, Optional<TlsScope> tls) {
        pipeline.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        pipeline.channel().config().setAutoRead(false);
        Http2FrontConnection connection = Http2FrontConnection.create(this, facts, tls);
        pipeline.addLast(connection);
        remember(connection);
    }

    private void remember(FrontConnection connection) {
        connections.add(connection);
        if (finishing) {
            connection.finishLater();
        }
    }

    /**
     * Lets every connection finish: an idle one is closed, a response that has not begun says {@code Connection: close}, and
     * the connection ends behind it. Also for connections that come later. For good.
     */
    public void finish() {
        finishing = true;
        connections.forEach(FrontConnection::finishLater);
    }

    /** How many client connections speak HTTP. */
    public int connections() {
        return connections.size();
    }

    boolean isFinishing() {
        return finishing;
    }

    HttpSettings settings() {
        return settings;
    }

    Stalls stalls() {
        return stalls;
    }

    Reception reception() {
        return reception;
    }

    void forget(FrontConnection connection) {
        connections.remove(connection);
    }
}
