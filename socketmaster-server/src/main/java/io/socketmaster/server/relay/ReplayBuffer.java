package io.socketmaster.server.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;

/**
 * A copy of what was sent on a stream whose service may yet turn out not to have seen it, so that it can be sent on another
 * (contract section 5). A copy, not references: a client that sends a byte at a time would otherwise keep a whole read buffer
 * alive with each of them. Not thread-safe: it belongs to the event loop of its client.
 *
 * <p>It is whole or it is nothing: where the {@link ReplayBudget} is used up, it lets go of everything, and what it was
 * kept for is not sent again.
 */
public final class ReplayBuffer {
    private static final int SMALLEST = 256;

    private final int limit;
    private final ReplayBudget budget;
    private final ByteBufAllocator alloc;
    private ByteBuf kept;
    private int reserved;
    private boolean whole = true;

    /**
     * @param limit when this many bytes are kept, there is no room for more; the read that reached it is kept whole
     * @param budget what the memory is taken from
     */
    public ReplayBuffer(int limit, ReplayBudget budget, ByteBufAllocator alloc) {
        this.limit = limit;
        this.budget = budget;
        this.alloc = alloc;
    }

    /** Whether less is kept than the limit. */
    public boolean hasRoom() {
        return bytes() < limit;
    }

    /** Whether everything that was sent is still here. */
    public boolean isWhole() {
        return whole;
    }

    public int bytes() {
        return kept == null ? 0 : kept.readableBytes();
    }

    /** Copies {@code data}, which stays the caller's, or lets go of everything if the budget does not allow it. */
    public void keep(ByteBuf data) {
        int more = data.readableBytes();
        if (!whole || more == 0) {
            return;
        }
        if (!reserve(bytes() + more)) {
            release();
            return;
        }
        kept.writeBytes(data, data.readerIndex(), more);
    }

    private boolean reserve(int needed) {
        if (needed <= reserved) {
            return true;
        }
        // By doubling, so that a body that comes in single bytes is not copied over and over.
        int size = Math.max(SMALLEST, Integer.highestOneBit(needed - 1) << 1);
        if (!budget.tryReserve(size - reserved)) {
            return false;
        }
        reserved = size;
        if (kept == null) {
            kept = alloc.buffer(size);
        } else {
            kept.capacity(size);
        }
        return true;
    }

    /** A copy of everything kept, which the caller releases; empty if that is nothing. */
    public Optional<ByteBuf> copy() {
        return bytes() == 0 ? Optional.empty() : Optional.of(kept.copy());
    }

    /** Nothing will be sent again. Any number of times. */
    public void release() {
        whole = false;
        if (kept != null) {
            kept.release();
            kept = null;
            budget.giveBack(reserved);
            reserved = 0;
        }
    }
}
