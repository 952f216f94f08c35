package io.socketmaster.protocol.yamux;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The streams that ended not long ago, so that what was under way for them when we reset them is told from abuse. Each may
 * still receive what its window had left. Confined to its session's thread.
 */
final class RecentlyEnded {
    /** How many are remembered at the least. */
    static final int CAPACITY = 1_024;

    private final Map<Integer, ReceiveWindow> windows = new LinkedHashMap<>();

    /**
     * Remembers one more and forgets the oldest.
     *
     * @param peak the most streams that were open at once: all of them may be reset at once, with data under way for each
     */
    void add(int streamId, ReceiveWindow window, int peak) {
        // An id that ended before moves to the young end.
        windows.remove(streamId);
        windows.put(streamId, window);
        if (windows.size() > Math.max(CAPACITY, peak)) {
            Iterator<Integer> oldest = windows.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Whether {@code length} bytes may have been under way for this stream when it ended. */
    boolean excuses(int streamId, long length) {
        ReceiveWindow window = windows.get(streamId);
        return window != null && window.receive(length);
    }
}
