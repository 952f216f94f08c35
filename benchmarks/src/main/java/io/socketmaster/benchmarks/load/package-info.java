/**
 * Clients that make load and count what comes back. Start at {@code HttpLoad} and {@code BulkLoad}; {@code WrkLoad} runs
 * {@code wrk} instead of the former where it is installed.
 *
 * <p>Each load runs on one event loop, which owns every field of its connections, so that on two cores it leaves room for
 * what is measured. The methods that start one block their caller until it has ended. Nothing here knows which proxy is
 * measured.
 */
package io.socketmaster.benchmarks.load;
