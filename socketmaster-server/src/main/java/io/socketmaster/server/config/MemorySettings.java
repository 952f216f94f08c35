package io.socketmaster.server.config;

/**
 * What happens when clients that do not take their answers fill the machine's memory (contract section 10).
 *
 * <p>What waits for them lies in the kernel's send buffers, which all programs share, and in buffers of our own. The kernel
 * lets each connection have some MiB, and delays every connection of the machine when all of them together have too much.
 *
 * @param tcpTightPercent from here on what client connections may have in the kernel is bounded to {@code tightSendBytes}; in
 *     percent of what the kernel takes for moderate use, the first figure of {@code net.ipv4.tcp_mem}; default 50
 * @param tcpShortPercent from here on, clients that take nothing are reset, those first that have taken nothing for longest;
 *     in the same percent; default 100
 * @param tightSendBytes the send buffer of a client connection that sends something while the kernel's memory is tight, from
 *     then on; the kernel allows twice as much, for its own needs; default 32 KiB
 * @param buffersShortPercent the same end as {@code tcpShortPercent} for our own buffers, in percent of the direct memory
 *     that this process may have; default 50
 */
public record MemorySettings(int tcpTightPercent, int tcpShortPercent, int tightSendBytes, int buffersShortPercent) {
    /** What a daemon does that was told nothing. */
    public static final MemorySettings DEFAULTS = new MemorySettings(50, 100, 32 << 10, 50);

    /** Less is no buffer: the kernel would wake us for each packet. */
    private static final int SMALLEST_SEND_BYTES = 4 << 10;

    public MemorySettings {
        requirePositive(tcpTightPercent, "tcpTightPercent");
        requirePositive(buffersShortPercent, "buffersShortPercent");
        if (tcpShortPercent < tcpTightPercent) {
            throw new IllegalArgumentException("memory.tcpShortPercent is " + tcpShortPercent
                    + ", but must not be less than memory.tcpTightPercent, which is " + tcpTightPercent);
        }
        if (tightSendBytes < SMALLEST_SEND_BYTES) {
            throw new IllegalArgumentException(
                    "memory.tightSendBytes is " + tightSendBytes + ", but must be at least " + SMALLEST_SEND_BYTES);
        }
    }

    private static void requirePositive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException("memory." + name + " is " + value + ", but must be positive");
        }
    }
}
