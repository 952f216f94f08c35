/**
 * The shared vocabulary of daemon and services, as records that check themselves.
 *
 * <p>Start with {@link io.socketmaster.protocol.SocketDefinition}, what a service asks for, and
 * {@link io.socketmaster.protocol.RegistrationOptions}, what version 2 adds to it. A refusal is a
 * {@link io.socketmaster.protocol.ErrorCode}. Everything here is immutable and may be used from any thread.
 *
 * <p>This room knows no bytes, no channels and no JSON: {@code protocol.handshake} turns these records into bytes.
 */
package io.socketmaster.protocol;
