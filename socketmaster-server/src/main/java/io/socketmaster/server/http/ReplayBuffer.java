package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * The part of a request's body that was sent to a service which has not taken the stream yet, so that it can be sent to
 * another (contract section 5). Not thread-safe.
 */
final class ReplayBuffer {
    private final int limit;
    private final Deque<ByteBuf> kept = new ArrayDeque<>();
    private int bytes;
    private boolean released;

    /**
     * @param limit when this many bytes are kept, there is no room for more; the read that reached it is kept whole
     */
    ReplayBuffer(int limit) {
        this.limit = limit;
    }

    /** Whether more may be read from the client while the service has not taken the stream. */
    boolean hasRoom() {
        return bytes < limit;
    }

    /** Whether everything that was sent is still here. */
    boolean isWhole() {
        return !released;
    }

    /** Keeps a reference of its own to {@code data}; does nothing once released. */
    void keep(ByteBuf data) {
        if (!released) {
            kept.add(data.retainedDuplicate());
            bytes += data.readableBytes();
        }
    }

    /** Gives out everything kept, in order, each with a reference that the receiver releases. */
    void replayTo(Consumer<ByteBuf> receiver) {
        for (ByteBuf data : kept) {
            receiver.accept(data.retainedDuplicate());
        }
    }

    /** The service has the request, or the exchange is over: nothing will be sent again. */
    void release() {
        released = true;
        bytes = 0;
        for (ByteBuf data = kept.poll(); data != null; data = kept.poll()) {
            data.release();
        }
    }
}
