/**
 * yamux on Netty: one handler runs a session on its connection's event loop, and every stream is a child channel.
 *
 * <p>Start with {@link io.socketmaster.protocol.yamux.netty.YamuxSessionHandler}. A
 * {@link io.socketmaster.protocol.yamux.netty.YamuxStreamChannel} may live on any event loop; what passes between a
 * stream's loop and its session's loop goes through {@code Mailbox} and nowhere else: a burst costs one wake-up and one
 * flush.
 *
 * <p>Only API that Netty 4.1 and 4.2 share is used here: the client library runs inside other people's applications. This
 * room does not know what a stream is for.
 */
package io.socketmaster.protocol.yamux.netty;
