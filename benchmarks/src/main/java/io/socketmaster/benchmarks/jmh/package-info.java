/**
 * The hot paths alone, under JMH: {@code bin/bench --jmh [PATTERN]}. A class for each room: yamux, handshake, routes; HTTP
 * heads are measured in {@code io.socketmaster.server.http}, whose decoder is nobody else's business. Each benchmark runs on
 * one thread, as the code does.
 */
package io.socketmaster.benchmarks.jmh;
