/**
 * The same service directly, behind HAProxy, behind nginx and behind our daemon, under the same load in turns. Start at {@code
 * BenchMain}; {@code Contenders} starts the processes, {@code Workload} says what is measured, {@code Comparison} does it,
 * {@code Report} makes the tables.
 *
 * <p>Everything runs on the program's main thread, one measurement after the other. Nothing here knows how load is made.
 */
package io.socketmaster.benchmarks.compare;
