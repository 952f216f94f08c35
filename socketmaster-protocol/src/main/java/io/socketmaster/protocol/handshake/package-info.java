/**
 * The handshake as bytes: what a service sends when it connects, what the daemon answers, in versions 1 and 2.
 *
 * <p>Start with {@link io.socketmaster.protocol.handshake.HandshakeDecoder} (bytes to a request, the daemon's side) and
 * {@link io.socketmaster.protocol.handshake.HandshakeEncoder} (its mirror in the client library);
 * {@link io.socketmaster.protocol.handshake.ReplyEncoder} and {@link io.socketmaster.protocol.handshake.ReplyDecoder} are
 * the way back. Everything read is capped before it is allocated; nothing is sized by a number that a peer chose. The
 * codecs are plain objects without channels, confined to the caller's thread.
 *
 * <p>This room does not know what happens to a request after it was read.
 */
package io.socketmaster.protocol.handshake;
