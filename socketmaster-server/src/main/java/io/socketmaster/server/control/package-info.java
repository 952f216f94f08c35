/**
 * The control socket: accepts services, reads their handshake, and turns a connection into a session.
 *
 * <p>Start with {@link io.socketmaster.server.control.ControlServer}; one connection's way is {@code HandshakeHandler},
 * then {@code Registrar} on the registry thread, then {@code ControlSession}, which opens streams for everybody else. A
 * connection's state belongs to its event loop.
 *
 * <p>This room does not know what is carried on a stream.
 */
package io.socketmaster.server.control;
