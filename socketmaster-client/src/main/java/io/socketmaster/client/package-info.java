/**
 * The library that a service uses to get its traffic from a socketmaster daemon: say which port, host or path, then accept
 * connections as if the port were one's own.
 *
 * <p>Start with {@link io.socketmaster.client.SocketMasterClient#listen}; it gives a {@link
 * io.socketmaster.client.SocketMasterListener}, whose connections are {@link io.socketmaster.client.StreamConnection}s with
 * blocking streams. Applications on Netty use {@code client.netty} instead. No type of Netty appears here.
 *
 * <p>All public methods may be called on any thread. Methods that wait say so; what happens on the library's own threads
 * never waits for the application. How a registration is kept alive is the business of {@code client.session}.
 */
package io.socketmaster.client;
