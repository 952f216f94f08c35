package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.function.IntConsumer;

/**
 * A body that comes in by HTTP/2's windows and is taken piece by piece: what comes ahead of its taker is kept here, at most a
 * window of it, and the sender gets its window back when it has been taken. Not thread-safe: it belongs to its stream's event
 * loop.
 */
final class PulledBody {
    /** Who the body is for. It may ask for more while it is being called. */
    interface Taker {
        /**
         * A piece that was asked for.
         *
         * @param data given away
         */
        void onPiece(ByteBuf data);

        /** The end, right behind the last piece: nobody needs to ask for it. */
        void onEnd();
    }

    private final ByteBufAllocator alloc;
    private final IntConsumer taken;
    /** {@code null} until somebody wants the body. */
    private Taker taker;

    private ByteBuf kept = Unpooled.EMPTY_BUFFER;
    private boolean wanted;
    private boolean handing;
    private boolean ended;
    private boolean endTold;

    /**
     * @param taken told of bytes that were kept and have been taken now
     */
    PulledBody(ByteBufAllocator alloc, IntConsumer taken) {
        this.alloc = alloc;
        this.taken = taken;
    }

    /**
     * From here on {@code one} gets what it asks for, and the end, perhaps before this method returns. What another asked for
     * before is not wanted any more.
     */
    void giveTo(Taker one) {
        taker = one;
        wanted = false;
        advance();
    }

    /**
     * A piece came in, which stays the caller's.
     *
     * @param last whether nothing follows it
     * @return how many of its bytes were taken or dropped at once; {@code taken} is not told of these
     */
    int receive(ByteBuf data, boolean last) {
        // Ahead of the bytes: whoever takes them must not wait for more.
        ended |= last;
        if (endTold) {
            return data.readableBytes();
        }
        if (wanted && !handing && data.isReadable()) {
            int bytes = data.readableBytes();
            hand(data.retain());
            advance();
            return bytes;
        }
        keep(data);
        advance();
        return 0;
    }

    /** The body has ended with what came in before. */
    void end() {
        ended = true;
        advance();
    }

    /** It has ended, and its taker knows. */
    void endKnown() {
        ended = true;
        endTold = true;
    }

    /** Asks for one more piece; it may be handed over before this method returns. */
    void pull() {
        if (!endTold) {
            wanted = true;
            advance();
        }
    }

    /** Whether a piece was asked for that has not come in. */
    boolean isWaiting() {
        return wanted && !ended;
    }

    /** Whether the sender has said that the body ends. */
    boolean isEnded() {
        return ended;
    }

    /**
     * The taker takes no more.
     *
     * @return bytes that were kept, and that nobody takes any more
     */
    int drop() {
        int bytes = kept.readableBytes();
        kept.release();
        kept = Unpooled.EMPTY_BUFFER;
        endTold = true;
        wanted = false;
        return bytes;
    }

    /** A copy: a sender of single bytes would otherwise keep a read buffer alive with each. */
    private void keep(ByteBuf data) {
        if (!data.isReadable()) {
            return;
        }
        if (!kept.isReadable()) {
            kept = alloc.buffer(data.readableBytes());
        }
        kept.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    private void advance() {
        if (handing) {
            return;
        }
        if (wanted && kept.isReadable()) {
            ByteBuf data = kept;
            kept = Unpooled.EMPTY_BUFFER;
            taken.accept(data.readableBytes());
            hand(data);
        }
        if (ended && !endTold && !kept.isReadable() && taker != null) {
            endTold = true;
            taker.onEnd();
        }
    }

    private void hand(ByteBuf data) {
        wanted = false;
        handing = true;
        taker.onPiece(data);
        handing = false;
    }
}
