/**
 * Processes that a measurement starts, watches and stops, each by its id. Start at {@code ChildProcess}; {@code ProcessFacts}
 * reads what the kernel knows of one ({@code /proc}, so Linux only), {@code JvmFacts} what its JVM says to {@code jcmd}.
 * Methods block; call them from the program's main thread.
 */
package io.socketmaster.benchmarks.process;
