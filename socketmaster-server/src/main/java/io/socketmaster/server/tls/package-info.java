/**
 * A service's certificate and key: read from PEM, checked, and made into what ends TLS on a public port.
 *
 * <p>Start with {@link io.socketmaster.server.tls.TlsIdentityReader}, which turns PEM text into a {@link
 * io.socketmaster.server.tls.TlsIdentity} or says what is wrong with it; {@link io.socketmaster.server.tls.TlsContexts} makes
 * a {@link io.socketmaster.server.tls.ServerTls} of that, and {@link io.socketmaster.server.tls.TlsAlert} is the last word
 * to a client that asks for a name that nobody has.
 *
 * <p>Everything here may be used from any thread, and is immutable but for the keys of session tickets; reading and making
 * contexts computes signatures and takes milliseconds, which is why it happens at registration and not on an event loop. This
 * room does not know which identity belongs to which port or name ({@code route.SniTable}), and no key ever shows in a
 * message or a {@code toString}.
 */
package io.socketmaster.server.tls;
