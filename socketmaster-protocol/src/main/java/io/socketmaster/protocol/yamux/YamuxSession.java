package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;

/**
 * One yamux session without I/O: {@link #receive bytes in}, decisions out as {@link SessionEvents} and {@link
 * StreamEvents}, and {@link #produce frames out} when the connection has room for them. Confined to one thread; events may
 * call back.
 *
 * <p>Order of what goes out: pongs, pings and GoAway; acknowledgements, credit and resets; new streams; then data by turns
 * of 16 KiB while several streams have some, of 64 KiB for one alone. So a pong never waits behind data, and no stream
 * starves another.
 *
 * <p>What a peer does without purpose (empty frames, floods of pings or of tiny frames, frames for streams that never
 * were) is counted as glitches; {@link #tick} forgives some, and a flood ends the session.
 */
public final class YamuxSession {
    /** Which side of the connection we are: it decides who uses odd ids. */
    public enum Role {
        /** The side that dialled, in yamux terms; the daemon. Odd ids. */
        CLIENT(1),
        /** The side that was dialled; the service. Even ids. */
        SERVER(2);

        private final int firstId;

        Role(int firstId) {
            this.firstId = firstId;
        }
    }

    private final YamuxLimits limits;
    private final SessionEvents events;
    private final Glitches glitches = new Glitches();
    private final StreamTable streams;
    private final Outbox outbox;
    private final FrameReader reader;

    private boolean pingOutstanding;
    private int pingValue;

    private boolean goAwaySent;
    private boolean goAwayReceived;
    private boolean lost;

    public YamuxSession(Role role, YamuxLimits limits, SessionEvents events) {
        this.limits = limits;
        this.events = events;
        this.streams = new StreamTable(role.firstId, limits);
        this.outbox = new Outbox(streams);
        this.reader = new FrameReader(new Inbound(this, streams, outbox, events, glitches));
    }

    /** Test seam: the next stream that we open has this id, so that the end of the id space is near. */
    void skipTo(int id) {
        streams.skipTo(id);
    }

    // ---- from the peer

    /** Reads all of {@code in}, which stays the caller's. After the session is lost, bytes are skipped. */
    public void receive(ByteBuf in) {
        try {
            reader.read(in);
        } catch (SessionFailure failure) {
            if (failure.isViolation()) {
                outbox.addGoAway(GoAwayCode.PROTOCOL_ERROR);
            }
            lose(failure.getMessage());
        }
        in.skipBytes(in.readableBytes());
    }

    /** The connection is gone, or is given up, because {@code reason}: every stream is told. Later calls do nothing. */
    public void lose(String reason) {
        if (lost) {
            return;
        }
        lost = true;
        reader.stop();
        var waiting = outbox.takeOpens();
        outbox.close();
        streams.all().forEach(stream -> breakStream(stream, StreamEnd.SESSION_LOST));
        waiting.forEach(stream -> breakStream(stream, StreamEnd.NEVER_SENT));
        events.onFailed(reason);
    }

    // ---- time

    /** About five seconds have passed: some glitches are forgiven. */
    public void tick() {
        glitches.forgive();
    }

    /**
     * Resets the streams that were {@link YamuxStream#abandon abandoned} until before {@code now} and have not ended.
     *
     * @param now on the clock of {@link YamuxStream#abandon}, like {@link System#nanoTime}
     */
    public void resetOverdue(long now) {
        for (YamuxStream stream : streams.all()) {
            if (stream.abandoned && now - stream.resetAt >= 0) {
                reset(stream);
            }
        }
    }

    // ---- from the application

    /**
     * Opens a stream; its SYN goes out when fewer than {@link YamuxLimits#unestablished} are. If the session takes no more
     * streams, {@link StreamEvents#onBroken} is called before this returns.
     */
    public YamuxStream open(StreamEvents streamEvents) {
        YamuxStream stream = new YamuxStream(this, /* ours= */ true, streamEvents);
        if (isClosing() || outbox.opensWaiting() >= limits.waitingOpens()) {
            breakStream(stream, StreamEnd.NEVER_SENT);
        } else {
            outbox.addOpen(stream);
        }
        return stream;
    }

    /** Asks the peer for a sign of life, unless it owes an answer already: some peers die of two. */
    public void ping(int value) {
        if (!lost && !pingOutstanding) {
            pingOutstanding = true;
            pingValue = value;
            outbox.addPing(value);
        }
    }

    /** Opens no more streams and takes no more; what runs, or waits to be opened, goes on. */
    public void goAway() {
        if (!lost && !goAwaySent) {
            goAwaySent = true;
            outbox.addGoAway(GoAwayCode.NORMAL);
        }
    }

    /** Streams that are open or waiting to be, from either side. */
    public int streamCount() {
        return streams.size() + outbox.opensWaiting();
    }

    /** Whether the peer or we said that no more streams are taken, or the session is lost. */
    public boolean isClosing() {
        return lost || goAwayReceived || goAwaySent;
    }

    // ---- to the peer

    /** Whether {@link #produce} has something to write. */
    public boolean hasOutput() {
        return outbox.hasOutput();
    }

    /**
     * Writes frames, in the order of their urgency, until there are no more or the batch holds {@code maxBytes}; the last
     * frame may go beyond.
     */
    public void produce(FrameBatch out, int maxBytes) {
        outbox.produce(out, maxBytes);
    }

    // ---- from streams

    void accept(YamuxStream stream) {
        if (stream.ours || stream.opening != YamuxStream.Opening.PENDING) {
            throw new IllegalStateException("only a stream that the peer opened is accepted, once");
        }
        streams.accept(stream);
        if (!stream.isEnded()) {
            stream.pendingAcknowledge = true;
            outbox.addControl(stream);
        }
    }

    void send(YamuxStream stream, ByteBuf data) {
        if (!stream.state.canSend() || stream.finishing || !data.isReadable()) {
            data.release();
            return;
        }
        stream.addUnsent(data);
        outbox.addSend(stream);
    }

    void finish(YamuxStream stream) {
        if (stream.state.canSend() && !stream.finishing) {
            stream.finishing = true;
            outbox.addSend(stream);
        }
    }

    void reset(YamuxStream stream) {
        if (stream.isEnded()) {
            return;
        }
        if (stream.id == 0) {
            outbox.removeOpen(stream);
        } else {
            stream.pendingReset = true;
            outbox.addControl(stream);
        }
        end(stream);
    }

    void consume(YamuxStream stream, int bytes) {
        int credit = stream.receiveWindow.consume(bytes);
        if (credit > 0 && stream.state.canReceive()) {
            stream.pendingCredit += credit;
            outbox.addControl(stream);
        }
    }

    // ---- from frames

    void establish(YamuxStream stream) {
        if (streams.establish(stream)) {
            stream.events.onEstablished();
        }
    }

    void finishReceived(YamuxStream stream) {
        stream.state = stream.state.finishReceived();
        if (stream.isEnded()) {
            streams.remove(stream);
        }
        if (!stream.abandoned) {
            stream.events.onFinished();
        }
    }

    /** Ends a stream in both directions and tells its user, who may have ended it meanwhile. */
    void breakStream(YamuxStream stream, StreamEnd how) {
        if (!stream.isEnded()) {
            boolean established = !stream.ours || stream.opening == YamuxStream.Opening.ESTABLISHED;
            stream.pendingAcknowledge = false;
            end(stream);
            stream.events.onBroken(how, established);
        }
    }

    boolean saidGoAway() {
        return goAwaySent;
    }

    void goAwayReceived() {
        if (!goAwayReceived) {
            goAwayReceived = true;
            outbox.takeOpens().forEach(stream -> breakStream(stream, StreamEnd.NEVER_SENT));
            events.onGoAway();
        }
    }

    /** False if we did not ask for it. */
    boolean pongReceived(int value) {
        if (!pingOutstanding || value != pingValue) {
            return false;
        }
        pingOutstanding = false;
        events.onPong(value);
        return true;
    }

    private void end(YamuxStream stream) {
        stream.dropUnsent();
        stream.finishing = false;
        stream.state = StreamState.ENDED;
        streams.remove(stream);
    }
}
