/**
 * Passes a registration's streams on to a program that listens on an address of its own, and keeps the registration's
 * readiness true to whether that program answers: while it does not, connections wait at the daemon as for an absent
 * service.
 *
 * <p>Start with {@link io.socketmaster.client.forward.Forwarder}, the shell; {@code Presence} holds its decisions, {@code
 * Splice} joins a stream and a connection to the program, {@code Dialer} opens the latter, {@code Probe} asks whether the
 * program is well. All of it lives on one event loop, the one of the session ({@code client.session.ClientLoop}).
 *
 * <p>This is the machinery under {@code client}'s {@code Forwarding}. It does not know who runs the program, and nothing of
 * HTTP but how to ask for a path in {@code HttpProbe}.
 */
package io.socketmaster.client.forward;
