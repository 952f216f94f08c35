package io.socketmaster.protocol.yamux;

import io.netty.util.collection.IntObjectHashMap;

/**
 * The ids of streams that ended not long ago, so that what was under way for them when we reset them is told from abuse.
 * Each may still receive what its window had left.
 */
final class RecentlyEnded {
    /** How many are remembered. */
    private static final int CAPACITY = 1_024;

    /** Made with the first stream: most sessions of a large installation are idle. */
    private int[] ring;

    private final IntObjectHashMap<ReceiveWindow> windows = new IntObjectHashMap<>();
    private int next;
    private int size;

    void add(int streamId, ReceiveWindow window) {
        if (ring == null) {
            ring = new int[CAPACITY];
        }
        if (size == CAPACITY) {
            windows.remove(ring[next]);
        } else {
            size++;
        }
        ring[next] = streamId;
        next = (next + 1) % CAPACITY;
        windows.put(streamId, window);
    }

    /** Whether {@code length} bytes may have been under way for this stream when it ended. */
    boolean excuses(int streamId, long length) {
        ReceiveWindow window = windows.get(streamId);
        return window != null && window.receive(length);
    }
}
