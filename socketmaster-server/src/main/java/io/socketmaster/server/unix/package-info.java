/**
 * Unix sockets: channels on the JDK's NIO whose two directions end each by itself, and the life of a listening socket's file.
 *
 * <p>Start with {@link io.socketmaster.server.unix.UnixChannel}, which says why Netty's own does not do. Channels belong to
 * their event loop; {@link io.socketmaster.server.unix.UnixSocketFile} touches files and may block, so it is used off the
 * loops. This room does not know what is spoken on its sockets.
 */
package io.socketmaster.server.unix;
