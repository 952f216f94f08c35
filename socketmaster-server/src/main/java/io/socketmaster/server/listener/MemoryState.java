package io.socketmaster.server.listener;

import io.socketmaster.server.config.MemorySettings;

/**
 * How much room there is for what clients do not take, and what is done about it.
 *
 * @param sendsBounded client connections that send something get small send buffers in the kernel, which has little left
 * @param cuttingOff clients that take nothing are cut off, longest first, for the kernel or we ourselves have nothing left
 */
record MemoryState(boolean sendsBounded, boolean cuttingOff) {
    static final MemoryState ENOUGH = new MemoryState(false, false);

    /** A measure ends when this part of what began it is free again: it would come and go all the time otherwise. */
    private static final double BACK = 0.75;

    /** What {@code use} means after {@code this}. */
    MemoryState after(MemoryUse use, MemorySettings settings) {
        return new MemoryState(
                reaches(use.tcpPercent(), settings.tcpTightPercent(), sendsBounded),
                reaches(use.tcpPercent(), settings.tcpShortPercent(), cuttingOff)
                        || reaches(use.bufferPercent(), settings.buffersShortPercent(), cuttingOff));
    }

    private static boolean reaches(int percent, int mark, boolean before) {
        return percent >= (before ? mark * BACK : mark);
    }

    /** As operators are told. */
    String word() {
        if (cuttingOff) {
            return "short";
        }
        return sendsBounded ? "tight" : "enough";
    }
}
