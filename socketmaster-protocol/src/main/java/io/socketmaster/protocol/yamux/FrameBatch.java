package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;

/**
 * Collects the frames of one flush. Headers and small payloads are copied next to each other, because many small buffers
 * cost more in system calls than a copy; larger payloads go on as they are. Confined to its session's thread.
 */
public final class FrameBatch {
    /** Payloads up to this size are copied. */
    private static final int COPY_LIMIT = 4 * 1024;

    private static final int CHUNK_BYTES = 16 * 1024;

    private final ByteBufAllocator alloc;
    private final Consumer<ByteBuf> sink;
    private ByteBuf chunk;
    private int bytes;

    /**
     * @param alloc where the collecting buffers come from
     * @param sink takes the finished buffers, in order, and owns them
     */
    public FrameBatch(ByteBufAllocator alloc, Consumer<ByteBuf> sink) {
        this.alloc = alloc;
        this.sink = sink;
    }

    /** Bytes collected since the batch was made or {@link #finish() finished}. */
    public int bytes() {
        return bytes;
    }

    /** Room for one header. */
    ByteBuf header() {
        bytes += Frame.HEADER_BYTES;
        return chunk(Frame.HEADER_BYTES);
    }

    /** Adds a payload of which this takes ownership. */
    void payload(ByteBuf payload) {
        int length = payload.readableBytes();
        bytes += length;
        if (length <= COPY_LIMIT) {
            try {
                chunk(length).writeBytes(payload);
            } finally {
                payload.release();
            }
        } else {
            handOver();
            sink.accept(payload);
        }
    }

    /** Hands the rest to the sink. */
    public void finish() {
        handOver();
        bytes = 0;
    }

    private ByteBuf chunk(int room) {
        if (chunk != null && chunk.writableBytes() < room) {
            handOver();
        }
        if (chunk == null) {
            chunk = alloc.ioBuffer(CHUNK_BYTES, CHUNK_BYTES);
        }
        return chunk;
    }

    private void handOver() {
        if (chunk != null) {
            ByteBuf full = chunk;
            chunk = null;
            sink.accept(full);
        }
    }
}
