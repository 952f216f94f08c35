/**
 * Which service a request or a TLS connection belongs to: the rules of hosts and paths (contract section 2) as pure
 * functions over immutable tables.
 *
 * <p>Start with {@link io.socketmaster.server.route.RouteTable} (HTTP: host and path) and {@link
 * io.socketmaster.server.route.SniTable} (TLS: host alone). What comes in from a client is first made a {@link
 * io.socketmaster.server.route.HostName} and a {@link io.socketmaster.server.route.RequestPath}; what a service registers,
 * a {@link io.socketmaster.server.route.HostPattern} and a {@link io.socketmaster.server.route.PathPrefix}. Everything
 * after that compares normal forms and cannot fail.
 *
 * <p>Everything here is immutable and may be used from any thread; a change is a new table that shares most of the old one.
 * This room knows no channels, no HTTP messages and no services: what a route leads to is the caller's type.
 */
package io.socketmaster.server.route;
