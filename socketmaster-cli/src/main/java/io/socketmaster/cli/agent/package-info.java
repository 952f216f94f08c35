/**
 * The agent: the commands that make any program a service. {@code forward} gives a route to a program that is already there,
 * {@code run} starts the program too, and replaces it without losing a connection.
 *
 * <p>Start with {@link io.socketmaster.cli.agent.AgentCommands}. {@code RouteOptions} is what both commands share; {@code
 * Supervisor} is the life of a program under {@code run}, on a thread of its own, and {@code Child} one copy of the program.
 * How streams get to a program is the client library's business ({@code client.Forwarding}); this room knows no Netty and
 * nothing of the daemon but the library.
 */
package io.socketmaster.cli.agent;
