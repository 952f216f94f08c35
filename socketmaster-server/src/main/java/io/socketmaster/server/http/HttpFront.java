package io.socketmaster.server.http;

import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.ReplayBudget;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves HTTP on client connections that somebody else accepted: the way into this room. Its methods may be called from any
 * thread, unless they say otherwise.
 */
public final class HttpFront {
    private final HttpSettings settings;
    private final HttpRoutes routes;
    private final HttpEvents events;
    private final ReplayBudget budget;
    private final Set<Http1Connection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean finishing;

    /**
     * @param budget what requests may be kept in, shared with the other fronts of the daemon
     */
    public HttpFront(HttpSettings settings, HttpRoutes routes, HttpEvents events, ReplayBudget budget) {
        this.settings = settings;
        this.routes = routes;
        this.events = events;
        this.budget = budget;
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
        pipeline.addLast(connection.decoder(), connection.encoder(), connection);
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
        connections.forEach(Http1Connection::finishLater);
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

    HttpRoutes routes() {
        return routes;
    }

    HttpEvents events() {
        return events;
    }

    ReplayBudget budget() {
        return budget;
    }

    void forget(Http1Connection connection) {
        connections.remove(connection);
    }
}
