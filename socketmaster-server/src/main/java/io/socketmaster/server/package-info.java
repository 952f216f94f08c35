/**
 * The daemon as a whole: start, stop, and the one place where everything is wired together.
 *
 * <p>Start with {@link io.socketmaster.server.SocketMasterDaemon}. Connections live on the event loops of {@code
 * Transport}, services on the {@code RegistryThread}; starting and stopping may be asked for from any thread but theirs.
 */
package io.socketmaster.server;
