/**
 * Plain backends: routes to a TCP address or a Unix socket, without any agent beside the program.
 *
 * <p>Start with {@link io.socketmaster.server.backend.Backends}: what an operator puts, switches and removes. A backend is a
 * service like any other, whose sessions ({@code BackendSession}) dial an address where others open a stream: a switch is
 * its next generation, so hold, pause, drain and waiting for idle are those of every service. A connection that is refused
 * ends a generation; the next one takes traffic when a {@code Probe} has found the address to answer.
 *
 * <p>Changes happen on the registry thread, dialling on the loop of the connection that wants it, looking up names on the
 * preparation threads. This room does not know how ports are opened, nor who gives the orders.
 */
package io.socketmaster.server.backend;
