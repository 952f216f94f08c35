package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;

/**
 * One stream of a {@link YamuxSession}, confined to the session's thread. It holds what was sent and not framed yet; its
 * user bounds that by waiting for {@link StreamEvents#onSent}.
 *
 * <p>Whoever opened or accepted a stream ends it, with {@link #finish}, {@link #reset} or {@link #abandon}.
 */
public final class YamuxStream {
    /** How far the opening has come; what it is on our side of a stream that the peer opened says its comment. */
    enum Opening {
        /** Our SYN, or our ACK, is not written yet. */
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
    final ArrayDeque<ByteBuf> unsent = new ArrayDeque<>();

    int id;
    Opening opening = Opening.PENDING;
    StreamState state = StreamState.OPEN;
    StreamEvents events;

    /** FIN goes out behind {@link #unsent}. */
    boolean finishing;
    /** The application is done: what comes in is dropped, without credit. */
    boolean abandoned;
    /** Credit to announce with the next control frames. */
    int pendingCredit;

    boolean pendingAcknowledge;
    boolean inControlQueue;
    boolean inSendQueue;

    YamuxStream(YamuxSession session, boolean ours) {
        this.session = session;
        this.ours = ours;
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
     * dropped. The caller resets the stream some time later, for peers that never answer a FIN.
     */
    public void abandon() {
        abandoned = true;
        session.finish(this);
    }

    /** Notes that {@code bytes} of received data have left us, which lets the peer send as many more. */
    public void consume(int bytes) {
        session.consume(this, bytes);
    }

    /** Whether both directions ended. */
    public boolean isEnded() {
        return state == StreamState.ENDED;
    }

    boolean hasTurn() {
        return !unsent.isEmpty() ? sendWindow.isOpen() : finishing;
    }

    void dropUnsent() {
        for (ByteBuf data; (data = unsent.poll()) != null; ) {
            data.release();
        }
    }
}
