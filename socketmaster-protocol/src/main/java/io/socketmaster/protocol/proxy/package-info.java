/**
 * The PROXY protocol header, version 2, that precedes a client's bytes on a stream whose service asked for
 * {@code streamHeader=proxy-v2}: who the client is, and what was agreed with it in TLS.
 *
 * <p>Start with {@link io.socketmaster.protocol.proxy.ProxyHeader}, a value that writes itself and reads itself
 * incrementally; {@code ProxyHeaderReader} and {@code ProxyHeaderWriter} are its two halves. Everything here is immutable
 * or lives for one call, and may be used on any thread.
 *
 * <p>Format: haproxy's {@code proxy-protocol.txt}, section 2.2. This room knows no channels, and does not decide whom to
 * believe.
 */
package io.socketmaster.protocol.proxy;
