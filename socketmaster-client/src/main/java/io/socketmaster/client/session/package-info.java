/**
 * Keeps one registration alive: connect to the daemon, shake hands, run the session and its control stream, connect again
 * when it is lost, leave in good order. What the daemon opens goes to a {@link
 * io.socketmaster.client.session.StreamAcceptor}, what happens to a {@link
 * io.socketmaster.client.session.RegistrationObserver}.
 *
 * <p>Start with {@link io.socketmaster.client.session.Registration}; {@code Phase} and {@link
 * io.socketmaster.client.session.Backoff} hold its decisions. A registration and everything under it lives on one event
 * loop, by default the one that all share ({@link io.socketmaster.client.session.ClientLoop}).
 *
 * <p>This is the machinery under {@code client} and {@code client.netty}, not API for applications. It does not know who
 * serves the streams, and calls no application code.
 */
package io.socketmaster.client.session;
