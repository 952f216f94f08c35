/**
 * The commands that talk to a running daemon: {@code ls}, {@code status}, {@code pause}, {@code resume}, {@code drain},
 * {@code wait-idle}, {@code events}, {@code switch}, and {@code proxy}, which can be the daemon itself.
 *
 * <p>Start with {@link io.socketmaster.cli.api.ApiCommands}; {@code DaemonClient} carries a request to the daemon's control
 * API and back, over TCP or the Unix socket, {@code Table} and {@code Words} say it to people. Everything runs on the
 * caller's thread, which may block.
 *
 * <p>This room knows the API's paths and fields, and nothing of how the daemon works.
 */
package io.socketmaster.cli.api;
