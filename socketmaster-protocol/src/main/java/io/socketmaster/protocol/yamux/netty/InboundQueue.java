package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;

/**
 * What came in on a stream and was not read yet. Parts of a frame are slices of receive buffers: kept for long, a small one
 * would keep a large buffer alive, so those that have to wait are copied together. Confined to one thread at a time; holds
 * no more than the stream's window.
 */
final class InboundQueue {
    /** Parts smaller than this are copied while the reader is about to come. */
    private static final int SMALL_BYTES = 4 * 1024;

    /** Parts smaller than this are copied while the reader does not read: half of the largest receive buffer. */
    private static final int SMALL_IF_STALLED_BYTES = 64 * 1024;

    private static final int MERGED_BYTES = 64 * 1024;

    private final ByteBufAllocator alloc;
    private final ArrayDeque<ByteBuf> parts = new ArrayDeque<>(/* numElements= */ 4);
    /** The last part is a buffer of our own with room behind it. */
    private boolean lastTakesMore;

    InboundQueue(ByteBufAllocator alloc) {
        this.alloc = alloc;
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /**
     * Adds {@code data}, of which this takes ownership.
     *
     * @param reading whether somebody waits for it
     */
    void add(ByteBuf data, boolean reading) {
        int small = reading ? SMALL_BYTES : SMALL_IF_STALLED_BYTES;
        if (data.readableBytes() >= small || (reading && parts.isEmpty())) {
            parts.add(data);
            lastTakesMore = false;
            return;
        }
        try {
            if (!lastTakesMore || parts.getLast().maxWritableBytes() < data.readableBytes()) {
                parts.add(alloc.buffer(data.readableBytes(), MERGED_BYTES));
                lastTakesMore = true;
            }
            parts.getLast().writeBytes(data);
        } finally {
            data.release();
        }
    }

    /** The next part, owned by the caller; null if there is none. */
    ByteBuf poll() {
        if (parts.size() <= 1) {
            lastTakesMore = false;
        }
        return parts.poll();
    }

    /** Drops everything and says how many bytes that was. */
    int drop() {
        int dropped = 0;
        for (ByteBuf data; (data = poll()) != null; ) {
            dropped += data.readableBytes();
            data.release();
        }
        return dropped;
    }
}
