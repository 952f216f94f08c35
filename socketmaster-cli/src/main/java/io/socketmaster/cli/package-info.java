/**
 * The {@code socketmaster} command: the daemon and its tools.
 *
 * <p>Start with {@link io.socketmaster.cli.Main}. A start of the daemon with plain arguments is read by {@code DaemonOption},
 * everything else by {@code CommandParser}, whose classes take long to load. A command reads its options, calls the rooms that
 * do the work, and turns what happened into output and an exit code: 0 done, 1 not done, 2 wrong usage, and more where a
 * command says so. It runs on the process's main thread.
 */
package io.socketmaster.cli;
