/**
 * What the handshake and the control messages share: strict UTF-8, texts with a length before them, and JSON from people
 * whom nobody trusts.
 *
 * <p>Start with {@link io.socketmaster.protocol.wire.TextReader} and {@link io.socketmaster.protocol.wire.ProtocolJson}.
 * Nothing here holds bytes: what is incomplete stays in the caller's buffer. Everything is confined to the caller's
 * thread, apart from the static functions. Meant for the protocol module; an application has no use for it.
 *
 * <p>This room does not know what the texts mean.
 */
package io.socketmaster.protocol.wire;
