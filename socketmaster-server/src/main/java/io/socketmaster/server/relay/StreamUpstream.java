package io.socketmaster.server.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.socketmaster.server.service.Upstream;

/** A session on which streams can be opened. */
public interface StreamUpstream extends Upstream {
    /**
     * Whether silence is evidence: the peer acknowledges a stream before its application sees it, as version 2 of the
     * protocol asks for. If so, a stream on which nothing had come in when the session was lost was seen by nobody. (A reset
     * before anything came in proves that about every peer.)
     */
    boolean acknowledgesFirst();

    /** Whether its streams carry HTTP/2 with prior knowledge, many requests each, instead of one in HTTP/1.1. */
    default boolean speaksHttp2() {
        return false;
    }

    /** Whether its streams say nothing of a client, so that one may carry requests of several. */
    default boolean isAnonymous() {
        return false;
    }

    /**
     * Opens a stream towards the service. Never blocks and never fails in the caller's face: the channel comes back
     * registered on {@code loop}, with {@code handler} in its pipeline and auto-read off. It is active, or becomes so when
     * its connection stands ({@code channelActive}); until then what is written to it waits. What goes wrong later
     * arrives as {@link Channel#pipeline() exceptionCaught} (a {@code StreamClosedException} that says whether the service
     * can have seen the stream) followed by {@code channelInactive}. When something first comes in on the stream, the
     * user event {@code StreamEstablished} is fired. When the session's time is up, {@link DrainDeadline} is.
     *
     * <p>Closing the channel ends the stream with FIN behind what was written; closing it with {@code SO_LINGER} 0 resets
     * it.
     *
     * @param loop the caller's event loop, on which it must be
     * @param client whom the stream is for; sent ahead of all bytes if the service asked for a stream header
     * @param handler goes into the channel's pipeline before it becomes active
     * @throws io.netty.channel.ChannelException if this machine has no socket left for it
     */
    Channel openStream(EventLoop loop, ClientFacts client, ChannelHandler handler);
}
