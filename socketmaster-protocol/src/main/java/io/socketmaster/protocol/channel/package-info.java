/**
 * What every stream of a multiplexed connection has as a Netty channel, whichever protocol carries it.
 *
 * <p>{@link io.socketmaster.protocol.channel.StreamChannel} is all there is: the yamux stream and the tunnel inside HTTP/2
 * extend it. Its fields belong to the stream's event loop.
 *
 * <p>Only API that Netty 4.1 and 4.2 share is used here: the client library runs inside other people's applications. This
 * room does not know how a stream is framed, nor what it is for.
 */
package io.socketmaster.protocol.channel;
