/**
 * The chaos program's clients, blocking and each on a thread of its own, written for it: they check every byte and tell a lost
 * answer from one that was cut off visibly. Start at {@code Load}; {@code Ledger} keeps book of what must not run twice.
 */
package io.socketmaster.benchmarks.chaos.load;
