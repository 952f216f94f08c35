package io.socketmaster.server.listener;

/**
 * How much memory is taken by what is on its way to clients and services.
 *
 * @param tcpPercent by all TCP sockets of the machine, of what the kernel takes for moderate; 0 where it does not say
 * @param bufferPercent by the daemon's own buffers, of what this process may have
 */
public record MemoryUse(int tcpPercent, int bufferPercent) {}
