/**
 * A service on Netty: a {@code ServerChannel} whose connections come from a socketmaster daemon, so that any pipeline runs
 * behind it unchanged.
 *
 * <p>Start with {@link io.socketmaster.client.netty.SocketMasterServerChannel#factory}. Connections are channels on the
 * application's own event loops, of whatever kind those are, while the session with the daemon stays on the library's loop
 * ({@code client.session.ClientLoop}); or on that one too, if the application says so. {@code
 * client.session.StreamFacts.of(channel)} tells SNI and TLS facts of a connection.
 *
 * <p>Only API that Netty 4.1 and 4.2 share is used. This room does not know how a registration is kept alive.
 */
package io.socketmaster.client.netty;
