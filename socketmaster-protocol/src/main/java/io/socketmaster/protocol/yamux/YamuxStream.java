package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * One stream of a {@link YamuxSession}, confined to the session's thread. It holds what was sent and not framed yet; its
 * user bounds that by waiting for {@link StreamEvents#onSent}.
 *
 * <p>Whoever opened or accepted a stream ends it, with {@link #finish}, {@link #reset} or {@link #abandon}.
 */
public final class YamuxStream {
    /** How far the opening has come. */
    enum Opening {
        /** Ours: the SYN is not written yet. The peer's: the application has not taken it. */
        PENDING,
        /** Our SYN is written and nothing came in. */
        SENT,
        /** Something came in, or, on a stream that the peer opened, the application took it. */
        ESTABLISHED
    }

    private final YamuxSession session;
    final boolean ours;
    final ReceiveWindow receiveWindow = new ReceiveWindow();
    final SendWindow sendWindow = new SendWindow();
    private final ArrayDeque<ByteBuf> unsent = new ArrayDeque<>(/* numElements= */ 4);
    long unsentBytes;

    int id;
    Opening opening = Opening.PENDING;
    StreamState state = StreamState.OPEN;
    StreamEvents events;

    /** FIN goes out behind {@link #unsent}. */
    boolean finishing;
    /** The application is done: what comes in is dropped, without credit. */
    boolean abandoned;
    /** When a stream that is {@link #abandoned}, does not end and gets nothing written is reset. */
    long resetAt;

    private long patience;
    /** Something was written since {@link #isOverdue} last looked. */
    boolean progressed;
    /** Credit to announce with the next control frames. */
    int pendingCredit;

    /** ACK is to be written; a reset does not undo it. */
    boolean pendingAcknowledge;
    /** RST is to be written; the stream ended by it. */
    boolean pendingReset;

    boolean inControlQueue;
    boolean inSendQueue;
    /** It is in that queue and has less than a long turn. */
    boolean shortInSendQueue;

    YamuxStream(YamuxSession session, boolean ours, StreamEvents events) {
        this.session = session;
        this.ours = ours;
        this.events = events;
    }

    /** Tells the peer that the application took the stream that it opened. Called once. */
    public void accept() {
        session.accept(this);
    }

    /** Sends {@code data}, of which this takes ownership, when windows and turns allow it. Dropped if the stream ended. */
    public void send(ByteBuf data) {
        session.send(this, data);
    }

    /** Ends our direction behind what was sent. Later calls do nothing. */
    public void finish() {
        session.finish(this);
    }

    /** Ends both directions at once; what was not written is dropped. Later calls do nothing. */
    public void reset() {
        session.reset(this);
    }

    /**
     * The application is done with the stream in both directions: FIN behind what was sent, and what still comes in is
     * dropped.
     *
     * @param now on a clock of nanoseconds
     * @param newPatience nanoseconds that may pass without anything being written before {@link
     *     YamuxSession#resetOverdue} resets the stream: some peers never answer a FIN, others stop reading
     */
    public void abandon(long now, long newPatience) {
        abandoned = true;
        patience = newPatience;
        resetAt = now + newPatience;
        session.finish(this);
    }

    /** Whether the stream was abandoned and nothing was written on it for too long. */
    boolean isOverdue(long now) {
        if (progressed) {
            progressed = false;
            resetAt = now + patience;
        }
        return abandoned && now - resetAt >= 0;
    }

    /** Notes that {@code bytes} of received data have left us, which lets the peer send as many more. */
    public void consume(int bytes) {
        session.consume(this, bytes);
    }

    /** Whether both directions ended. */
    public boolean isEnded() {
        return state == StreamState.ENDED;
    }

    /** Whether there is something to write for it that its window lets pass. */
    boolean hasTurn() {
        return unsentBytes > 0 ? sendWindow.isOpen() : finishing;
    }

    void addUnsent(ByteBuf data) {
        unsent.add(data);
        unsentBytes += data.readableBytes();
    }

    /** Takes the next {@code length} bytes out; {@code sink} owns what it is given. */
    void takeUnsent(int length, Consumer<ByteBuf> sink) {
        unsentBytes -= length;
        for (int left = length; left > 0; ) {
            ByteBuf data = unsent.peek();
            int part = Math.min(left, data.readableBytes());
            left -= part;
            sink.accept(part == data.readableBytes() ? unsent.remove() : data.readRetainedSlice(part));
        }
    }

    void dropUnsent() {
        unsentBytes = 0;
        for (ByteBuf data; (data = unsent.poll()) != null; ) {
            data.release();
        }
    }
}
