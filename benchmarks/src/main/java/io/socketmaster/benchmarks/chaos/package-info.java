/**
 * The chaos program, {@code bin/chaos}: a daemon and services as processes that are replaced, restarted, frozen and killed while
 * clients of every kind check each byte that they get. Start at {@code ChaosMain}; {@code Chaos} runs it, {@code Blow} is what
 * befalls the services, {@code load} are the clients, {@code service} is the program that suffers.
 */
package io.socketmaster.benchmarks.chaos;
