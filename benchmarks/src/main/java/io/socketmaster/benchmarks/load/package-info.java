/**
 * Clients that make load and count what comes back. Start at {@code WrkLoad} and {@code H2Load}, which run Debian's programs;
 * {@code FixedRateLoad} and {@code BulkLoad} do what these cannot.
 *
 * <p>Each load of our own runs on one event loop, which owns every field of its connections, so that on two cores it leaves
 * room for what is measured. The methods that start one block their caller until it has ended. Nothing here knows which
 * proxy is measured.
 */
package io.socketmaster.benchmarks.load;
