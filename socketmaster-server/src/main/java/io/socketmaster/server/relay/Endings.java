package io.socketmaster.server.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The two ways in which a direction ends, told apart on the wire: in good order, or cut off. Every place that ends a
 * connection says which of them it means. Called on the channel's loop.
 */
public final class Endings {
    private Endings() {}

    /**
     * Ends {@code channel}'s output behind everything that was written to it: FIN, under TLS after {@code close_notify}.
     * The input stays open. A channel that cannot end one direction by itself is closed. Any number of times.
     *
     * @return done when the end was sent; failed if what was written before it could not be
     */
    public static ChannelFuture endOutput(Channel channel) {
        if (hasOutputEnded(channel)) {
            return channel.newSucceededFuture();
        }
        ChannelPromise ended = channel.newPromise();
        // Shutting the output down fails what is still queued, so wait until the queue is empty.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) flushed -> {
            if (hasOutputEnded(channel)) {
                ended.setSuccess(); // asked for twice, and nothing was written in between
                return;
            }
            if (!flushed.isSuccess()) {
                ended.setFailure(flushed.cause());
                return;
            }
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                shutdown(channel, ended);
            } else {
                tls.closeOutbound().addListener(said -> shutdown(channel, ended));
            }
        });
        return ended;
    }

    /** Whether the peer has ended its side; for those who come too late for the event that tells it. */
    public static boolean hasInputEnded(Channel channel) {
        TlsHalfClose tls = channel.pipeline().get(TlsHalfClose.class);
        return (tls != null && tls.hasEnded()) || (channel instanceof DuplexChannel duplex && duplex.isInputShutdown());
    }

    private static boolean hasOutputEnded(Channel channel) {
        return channel.isActive() && channel instanceof DuplexChannel duplex && duplex.isOutputShutdown();
    }

    private static void shutdown(Channel channel, ChannelPromise ended) {
        if (channel instanceof DuplexChannel duplex) {
            duplex.shutdownOutput(ended);
        } else {
            channel.close(ended);
        }
    }

    /**
     * Cuts {@code channel} off: RST, and what was not sent yet is lost. A TLS handler is passed by, for its
     * {@code close_notify} would make a clean end of it.
     */
    public static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            // From the first handler the way out leads straight to the transport.
            first.close();
        }
    }
}
