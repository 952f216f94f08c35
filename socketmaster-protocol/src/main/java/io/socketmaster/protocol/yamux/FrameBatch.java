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
        return room(Frame.HEADER_BYTES);
    }

    /** Adds a payload of which this takes ownership. */
    void payload(ByteBuf payload) {
        int length = payload.readableBytes();
        bytes += length;
        if (length <= COPY_LIMIT) {
            try {
                room(length).writeBytes(payload);
            } finally {
                payload.release();
            }
        } else {
            handOverWritten();
            sink.accept(payload);
        }
    }

    /** Hands the rest to the sink. */
    public void finish() {
        handOverChunk();
        bytes = 0;
    }

    private ByteBuf room(int length) {
        if (chunk != null && chunk.writableBytes() < length) {
            handOverChunk();
        }
        if (chunk == null) {
            chunk = alloc.ioBuffer(CHUNK_BYTES, CHUNK_BYTES);
        }
        return chunk;
    }

    /** The headers of many large payloads share a chunk: one for each would hold more memory than the payloads. */
    private void handOverWritten() {
        if (chunk != null && chunk.isReadable()) {
            sink.accept(chunk.readRetainedSlice(chunk.readableBytes()));
        }
    }

    private void handOverChunk() {
        if (chunk != null) {
            ByteBuf last = chunk;
            chunk = null;
            if (last.isReadable()) {
                sink.accept(last);
            } else {
                last.release();
            }
        }
    }
}
