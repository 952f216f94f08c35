/**
 * The daemon's settings as records: each default stands beside its documentation, and a record is checked as a whole when
 * it is made.
 *
 * <p>Start with {@link io.socketmaster.server.config.DaemonSettings}. Values are immutable and belong to no thread. This
 * room does not know who reads a setting, nor where it came from: flags and environment are the command's.
 */
package io.socketmaster.server.config;
