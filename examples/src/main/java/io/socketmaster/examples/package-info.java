/**
 * One program for each way to use the client library, short enough for the README.
 *
 * <p>Start with {@link io.socketmaster.examples.HelloA}. {@code HelloA} and {@code HelloB} share one public port by path;
 * {@code EchoTcp} has a port of its own; {@code NettyHello} does with Netty what {@code HelloA} does with threads. Each
 * takes its public port as the first argument, finishes running requests on SIGTERM, and needs a daemon, which may come and
 * go.
 */
package io.socketmaster.examples;
