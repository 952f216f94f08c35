/**
 * {@code socketmaster verify}: a steady load on one URL while a command runs, every request of it counted once.
 *
 * <p>Start with {@link io.socketmaster.cli.verify.Verification}, which goes through the phases: probe, before, command,
 * after, the last answers. {@code LoadGenerator} sends what {@code Schedule} says is due over its {@code LoadConnection}s,
 * all on one event loop of its own; {@code Tally} counts; {@code Report} is what came out, as a value.
 *
 * <p>The schedule is open-loop: a request is due at its time whether or not the ones before it were answered, and its wait
 * counts from then. A server that stalls for a second therefore shows up as waits of up to a second, not as fewer requests.
 *
 * <p>This room does not know the daemon: it is a client like any other, for any HTTP/1.1 server.
 */
package io.socketmaster.cli.verify;
