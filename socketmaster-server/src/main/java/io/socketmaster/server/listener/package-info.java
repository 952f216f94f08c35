/**
 * The public ports: who may share one, opening and closing them, and the one place where a frontend connection's pipeline
 * is assembled.
 *
 * <p>Start with {@link io.socketmaster.server.listener.PortTable}: everything that is registered on one port, as an
 * immutable value with the rules of sharing. {@link io.socketmaster.server.listener.PublicListeners} changes ports on the
 * registry thread; {@link io.socketmaster.server.listener.Frontends} reads the tables on the connections' event loops.
 *
 * <p>This room does not know how sessions come about, nor how HTTP is spoken.
 */
package io.socketmaster.server.listener;
