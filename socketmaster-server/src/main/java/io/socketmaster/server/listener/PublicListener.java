package io.socketmaster.server.listener;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;

/**
 * One open port. The registry thread publishes its table; event loops read it, once for each decision.
 */
final class PublicListener {
    private final ListenAddress address;
    private final ChannelGroup frontends = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, /* stayClosed= */ true);
    private volatile PortTable table = PortTable.EMPTY;
    private Channel channel;

    PublicListener(ListenAddress address) {
        this.address = address;
    }

    /** As registered, with the port that was really bound. */
    ListenAddress address() {
        return address.withPort(boundAddress().getPort());
    }

    InetSocketAddress boundAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** The server channel, once it is bound. */
    void bound(Channel serverChannel) {
        channel = serverChannel;
    }

    PortTable table() {
        return table;
    }

    void publish(PortTable next) {
        table = next;
    }

    /** The open connections; each belongs to its own event loop. */
    ChannelGroup frontends() {
        return frontends;
    }

    /** Accepts no more; connections that are open stay. */
    void close() {
        channel.close();
    }
}
