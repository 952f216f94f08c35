/**
 * What is measured of our daemon alone, because no other proxy has it or because it is a promise of its own: many routes,
 * registrations, the start, memory for each connection and request. Start at {@code OwnFigures}; each row is a class.
 *
 * <p>Everything runs on the caller's thread, one measurement after the other.
 */
package io.socketmaster.benchmarks.own;
