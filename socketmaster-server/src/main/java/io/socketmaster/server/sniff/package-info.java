/**
 * What kind of connection this is, told by its first bytes: TLS, HTTP/1, HTTP/2, PROXY protocol, or something else.
 *
 * <p>Start with {@link io.socketmaster.server.sniff.ProtocolSniffer}; {@link io.socketmaster.server.sniff.ClientHello} reads
 * the name that a TLS client asks for and the protocols that it offers. Both look at what has arrived without consuming it, and
 * answer found, not, or need more; what they read is capped, and nothing is allocated by a length that a stranger wrote.
 *
 * <p>Static functions without state: any thread that owns the buffer, which is a connection's event loop. This room knows no
 * channels, timers or routes; how long to wait for more bytes is the caller's business.
 */
package io.socketmaster.server.sniff;
