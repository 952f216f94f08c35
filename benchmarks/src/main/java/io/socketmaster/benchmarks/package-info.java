/**
 * What socketmaster costs, and what it keeps, seen from outside: programs to be run by people ({@code bin/bench}, {@code
 * bin/memory}, {@code bin/chaos}); the tests run a short form of the last one only.
 *
 * <ul>
 *   <li>{@code service}: the program behind every proxy, the same code on plain TCP and on our listener;
 *   <li>{@code load}: clients, each on one event loop so that they leave the machine to what is measured;
 *   <li>{@code compare}: direct, HAProxy, nginx and socketmaster side by side; start at {@code BenchMain};
 *   <li>{@code own}: what is measured of socketmaster alone: routes, registrations, the start; start at {@code OwnFigures};
 *   <li>{@code memory}: what the daemon holds under load and under many idle connections; start at {@code MemoryMain};
 *   <li>{@code chaos}: services that are replaced, frozen and killed under load; start at {@code ChaosMain};
 *   <li>{@code process}: processes that are started, watched and stopped by id;
 *   <li>{@code jmh}: the hot paths alone.
 * </ul>
 *
 * <p>Everything binds 127.0.0.1 and ends by itself.
 */
package io.socketmaster.benchmarks;
