package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.yamux.StreamEnd;
import io.socketmaster.protocol.yamux.StreamEvents;
import io.socketmaster.protocol.yamux.YamuxStream;
import java.util.Optional;

/**
 * Stands where a stream's events go until its preface is complete; then it makes the stream known and passes everything
 * on. Fields belong to the session's loop.
 */
final class PrefaceReader implements StreamEvents {
    private final YamuxStream stream;
    private final ByteBufAllocator alloc;
    private final StreamPreface preface;
    private final Announcement announcement;
    /** The preface as far as it came; from the second part on a buffer of our own, however small the parts are. */
    private ByteBuf head = Unpooled.EMPTY_BUFFER;

    private boolean headIsOurs;
    /** Who learns of the stream after its preface; null before. */
    private StreamEvents next;

    PrefaceReader(YamuxStream stream, ByteBufAllocator alloc, StreamPreface preface, Announcement announcement) {
        this.stream = stream;
        this.alloc = alloc;
        this.preface = preface;
        this.announcement = announcement;
    }

    @Override
    public void onData(ByteBuf data) {
        if (next != null) {
            next.onData(data);
            return;
        }
        gather(data);
        int received = head.readableBytes();
        Optional<StreamPreface.Addresses> addresses;
        try {
            addresses = preface.read(head);
        } catch (IllegalArgumentException noPreface) {
            // The sender learns it by the reset; a log line per stream would be the sender's to fill.
            reset();
            return;
        }
        if (addresses.isPresent()) {
            stream.consume(received - head.readableBytes());
            next = announcement.announce(stream, addresses.get());
            passOnRest();
        } else if (received > StreamPreface.MAX_BYTES) {
            reset();
        }
    }

    /** The common case, all of it in one part, costs no copy. */
    private void gather(ByteBuf data) {
        if (!head.isReadable()) {
            head = data;
            return;
        }
        ByteBuf first = head;
        if (!headIsOurs) {
            head = alloc.buffer(first.readableBytes() + data.readableBytes()).writeBytes(first);
            headIsOurs = true;
            first.release();
        }
        head.writeBytes(data);
        data.release();
    }

    private void passOnRest() {
        ByteBuf rest = head;
        head = Unpooled.EMPTY_BUFFER;
        if (rest.isReadable() && !stream.isEnded()) {
            next.onData(rest);
        } else {
            rest.release();
        }
    }

    private void reset() {
        head.release();
        head = Unpooled.EMPTY_BUFFER;
        stream.reset();
    }

    @Override
    public void onEstablished() {
        throw new IllegalStateException("only streams that we opened are established by the peer");
    }

    @Override
    public void onSent(int bytes) {
        next.onSent(bytes);
    }

    @Override
    public void onFinished() {
        if (next == null) {
            reset();
        } else {
            next.onFinished();
        }
    }

    @Override
    public void onBroken(StreamEnd end, boolean established) {
        if (next == null) {
            head.release();
            head = Unpooled.EMPTY_BUFFER;
        } else {
            next.onBroken(end, established);
        }
    }

    /** Makes a stream known. */
    @FunctionalInterface
    interface Announcement {
        StreamEvents announce(YamuxStream stream, StreamPreface.Addresses addresses);
    }
}
