package io.socketmaster.server.backend;

import io.netty.channel.Channel;
import java.net.SocketAddress;

/** Makes the channels with which backends are reached. Any thread. */
@FunctionalInterface
public interface Dialler {
    /**
     * A channel that can be connected to {@code target}: not registered yet, with this machine's options, auto-read off.
     *
     * @throws io.netty.channel.ChannelException if no socket can be had
     */
    Channel newChannel(SocketAddress target);
}
