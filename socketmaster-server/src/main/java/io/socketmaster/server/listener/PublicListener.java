package io.socketmaster.server.listener;

import io.socketmaster.server.http.HttpFront;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * One open port. The registry thread publishes its table; event loops read it, once for each decision.
 */
final class PublicListener {
    private final ListenAddress address;
    private final HttpFront http;
    private final ConnectionCount connections;
    private volatile PortTable table = PortTable.EMPTY;
    private PublicSockets.Bound socket;

    PublicListener(ListenAddress address, Frontends frontends) {
        this.address = address;
        this.http = frontends.httpFront(new PortRoutes(this));
        this.connections = frontends.portConnections();
    }

    /** As registered, with the port that was really bound. */
    ListenAddress address() {
        return boundAddress() instanceof InetSocketAddress ip ? address.withPort(ip.getPort()) : address;
    }

    SocketAddress boundAddress() {
        return socket.address();
    }

    /** The listening socket, once it is open. */
    void bound(PublicSockets.Bound newSocket) {
        socket = newSocket;
    }

    ConnectionCount connections() {
        return connections;
    }

    PortTable table() {
        return table;
    }

    void publish(PortTable next) {
        table = next;
    }

    HttpFront http() {
        return http;
    }

    /** Accepts no more connections; those that are idle end, the others when they have done what they do now. */
    void finish() {
        close();
        http.finish();
    }

    /** Accepts no more; connections that are open stay. */
    void close() {
        socket.close();
    }
}
