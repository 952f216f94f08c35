/**
 * {@code socketmaster proxy} as a program of its own: a daemon in the foreground with one plain backend, and the pausing
 * proxy's configuration.
 *
 * <p>Start with {@link io.socketmaster.cli.proxy.ForegroundProxy}. {@link io.socketmaster.cli.proxy.TcpauseConfig} is what
 * TCPause (github.com/innogames/tcpause) was told by its file ({@code TcpauseFile}) and its flags, checked as a whole. Everything
 * runs on the caller's thread, which may block. This room does not know the command line.
 */
package io.socketmaster.cli.proxy;
