package io.socketmaster.protocol.yamux;

import java.util.ArrayDeque;
import java.util.List;

/**
 * What waits to be written, and in which order it goes: pongs, a ping and GoAway; acknowledgements, credit and resets; new
 * streams; then data by turns. Confined to its session's thread.
 *
 * <p>Nothing here grows with what a peer sends: pongs and refusals have limits of their own, every other queue holds a
 * stream at most once, and streams are limited.
 */
final class Outbox {
    /** Most payload of one data frame while several streams have data and one of them less than a long turn. */
    static final int SHORT_TURN_BYTES = 16 * 1024;

    /**
     * Most payload of one data frame otherwise. Where all that wait have so much, shorter turns would bring none of them to its
     * end sooner, and each costs the peer a write to another connection.
     */
    static final int LONG_TURN_BYTES = 64 * 1024;

    /** Pongs that may wait for room on the connection; further pings are dropped. */
    static final int PONG_BACKLOG = 32;

    /** Resets for streams that were not taken that may wait; a peer that causes more does not read. */
    static final int REFUSAL_BACKLOG = 1_024;

    private final StreamTable streams;
    private final ArrayDeque<Integer> pongs = new ArrayDeque<>();
    private final ArrayDeque<YamuxStream> control = new ArrayDeque<>();
    private final ArrayDeque<Integer> refusals = new ArrayDeque<>();
    private final ArrayDeque<YamuxStream> opens = new ArrayDeque<>();
    private final ArrayDeque<YamuxStream> sends = new ArrayDeque<>();
    /** How many of {@link #sends} have less than a long turn. */
    private int shortSends;

    private boolean pingWaits;
    private int pingValue;
    /** Null: none to send. */
    private GoAwayCode goAway;

    private boolean closed;

    Outbox(StreamTable streams) {
        this.streams = streams;
    }

    // ---- what is to be written

    /** False if there are too many already. */
    boolean addPong(int value) {
        return pongs.size() < PONG_BACKLOG && pongs.add(value);
    }

    void addPing(int value) {
        pingWaits = true;
        pingValue = value;
    }

    void addGoAway(GoAwayCode code) {
        goAway = code;
    }

    /** False if there are too many already. */
    boolean addRefusal(int streamId) {
        return refusals.size() < REFUSAL_BACKLOG && refusals.add(streamId);
    }

    void addOpen(YamuxStream stream) {
        opens.add(stream);
    }

    void removeOpen(YamuxStream stream) {
        opens.remove(stream);
    }

    int opensWaiting() {
        return opens.size();
    }

    /** Takes all streams that wait to be opened out of the queue. */
    List<YamuxStream> takeOpens() {
        List<YamuxStream> all = List.copyOf(opens);
        opens.clear();
        return all;
    }

    /** An acknowledgement, credit or a reset is pending on the stream. */
    void addControl(YamuxStream stream) {
        if (!stream.inControlQueue && !closed) {
            stream.inControlQueue = true;
            control.add(stream);
        }
    }

    /** The stream may have data, a FIN, or room in its window now. */
    void addSend(YamuxStream stream) {
        if (closed) {
            return;
        }
        if (!stream.inSendQueue && stream.id != 0 && stream.state.canSend() && stream.hasTurn()) {
            stream.inSendQueue = true;
            sends.add(stream);
            stream.shortInSendQueue = true;
            shortSends++;
        }
        if (stream.shortInSendQueue && stream.unsentBytes >= LONG_TURN_BYTES) {
            noLongerShort(stream);
        }
    }

    private void noLongerShort(YamuxStream stream) {
        stream.shortInSendQueue = false;
        shortSends--;
    }

    /** The session is lost: nothing but a GoAway is written any more. */
    void close() {
        closed = true;
        pongs.clear();
        control.clear();
        refusals.clear();
        opens.clear();
        sends.clear();
        shortSends = 0;
        pingWaits = false;
    }

    // ---- writing

    boolean hasOutput() {
        return goAway != null
                || pingWaits
                || !pongs.isEmpty()
                || !control.isEmpty()
                || !refusals.isEmpty()
                || !sends.isEmpty()
                || mayOpen();
    }

    void produce(FrameBatch out, int maxBytes) {
        produceSessionFrames(out);
        while (!closed && out.bytes() < maxBytes) {
            if (!control.isEmpty()) {
                produceControl(out, control.poll());
            } else if (!refusals.isEmpty()) {
                Frame.writeReset(out.header(), refusals.poll());
            } else if (mayOpen()) {
                produceOpen(out, opens.poll());
            } else if (!sends.isEmpty()) {
                produceTurn(out);
            } else {
                return;
            }
        }
    }

    private void produceSessionFrames(FrameBatch out) {
        for (Integer value; (value = pongs.poll()) != null; ) {
            Frame.writePong(out.header(), value);
        }
        if (pingWaits) {
            pingWaits = false;
            Frame.writePing(out.header(), pingValue);
        }
        if (goAway != null) {
            Frame.writeGoAway(out.header(), goAway);
            goAway = null;
        }
    }

    private void produceControl(FrameBatch out, YamuxStream stream) {
        stream.inControlQueue = false;
        if (stream.pendingAcknowledge) {
            // Even if RST follows at once: RST alone would prove that the application never saw the stream.
            stream.pendingAcknowledge = false;
            Frame.writeAcknowledge(out.header(), stream.id);
        }
        if (stream.pendingReset) {
            stream.pendingReset = false;
            Frame.writeReset(out.header(), stream.id);
            streams.resetWritten(stream);
        } else if (stream.pendingCredit > 0 && stream.state.canReceive()) {
            Frame.writeCredit(out.header(), stream.id, stream.pendingCredit);
            stream.pendingCredit = 0;
        }
    }

    private boolean mayOpen() {
        return !opens.isEmpty() && streams.hasRoomForOurs();
    }

    private void produceOpen(FrameBatch out, YamuxStream stream) {
        streams.addOurs(stream);
        Frame.writeOpen(out.header(), stream.id);
        addSend(stream);
    }

    private void produceTurn(FrameBatch out) {
        int turn = sends.size() == 1 || shortSends == 0 ? LONG_TURN_BYTES : SHORT_TURN_BYTES;
        YamuxStream stream = sends.poll();
        stream.inSendQueue = false;
        if (stream.shortInSendQueue) {
            noLongerShort(stream);
        }
        if (!stream.state.canSend()) {
            return;
        }
        int length = stream.sendWindow.permits((int) Math.min(stream.unsentBytes, turn));
        if (length > 0) {
            stream.progressed = true;
            stream.sendWindow.spend(length);
            Frame.writeDataHeader(out.header(), stream.id, length);
            stream.takeUnsent(length, out::payload);
        }
        if (stream.unsentBytes == 0 && stream.finishing) {
            stream.finishing = false;
            stream.progressed = true;
            Frame.writeFinish(out.header(), stream.id);
            stream.state = stream.state.finishSent();
            if (stream.isEnded()) {
                streams.remove(stream);
            }
        } else {
            addSend(stream);
        }
        if (length > 0) {
            stream.events.onSent(length);
        }
    }
}
