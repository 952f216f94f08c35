/**
 * The control API: JSON over HTTP/1.1 on the control socket, for people, scripts and the {@code socketmaster} command.
 *
 * <p>Start with {@link io.socketmaster.server.api.ApiServer}; one connection's way is {@code ApiConnection}, which has each
 * request checked by {@code RequestGuard}, looked up in the table {@code Router} and carried out by {@code Endpoints}. A
 * connection belongs to its event loop; what an endpoint asks or changes happens on the registry thread; large answers are
 * put into JSON on neither. {@code EventFeed} turns the daemon's events into lines for those who follow them.
 *
 * <p>Two older tools' scripts are served, too: {@code TcpausePaths} and {@code SwitchPaths}, there or at {@code Doors} of their own.
 *
 * <p>Everything a client can make grow has a limit in {@link io.socketmaster.server.api.ApiSettings}. This room does not
 * know how the first byte was read, nor what is carried on a session.
 */
package io.socketmaster.server.api;
