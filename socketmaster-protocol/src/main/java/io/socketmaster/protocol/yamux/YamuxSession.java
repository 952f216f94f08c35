package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayDeque;
import java.util.ArrayList;

/**
 * One yamux session without I/O: {@link #receive bytes in}, decisions out as {@link SessionEvents} and {@link
 * StreamEvents}, and {@link #produce frames out} when the connection has room for them. Confined to one thread.
 *
 * <p>Order of what goes out: pongs, pings and GoAway; acknowledgements, credit and resets; new streams; then data by turns
 * of 16 KiB while several streams have some, of 64 KiB for one alone. So a pong never waits behind data, and no stream
 * starves another.
 *
 * <p>What a peer does without purpose (empty frames, pings beyond a backlog, frames for streams that never were) is
 * counted as glitches; {@link #tick} forgives some, and a flood ends the session.
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

    /** Payload of one data frame while other streams have data too. */
    static final int SHARED_TURN_BYTES = 16 * 1024;

    /** Payload of one data frame while no other stream has any. */
    static final int LONE_TURN_BYTES = 64 * 1024;

    /** Pongs that may wait for room on the connection; further pings are dropped and counted. */
    static final int PONG_BACKLOG = 32;

    /** Glitches that end the session. */
    static final int GLITCH_LIMIT = 1_000;

    /** Glitches forgiven by each {@link #tick}: a hundred a second. */
    static final int GLITCHES_FORGIVEN = 500;

    private final Role role;
    private final YamuxLimits limits;
    private final SessionEvents events;
    private final FrameReader reader = new FrameReader(new Inbound());

    private final IntObjectHashMap<YamuxStream> streams = new IntObjectHashMap<>();
    private final RecentlyEnded recentlyEnded = new RecentlyEnded();
    private int nextId;
    private int unestablished;
    private int peerStreams;
    private int unaccepted;
    private int glitches;

    private final ArrayDeque<YamuxStream> waitingOpens = new ArrayDeque<>();
    private final ArrayDeque<Integer> pongs = new ArrayDeque<>();
    private final ArrayDeque<Integer> pings = new ArrayDeque<>();
    private final ArrayDeque<Integer> resets = new ArrayDeque<>();
    private final ArrayDeque<YamuxStream> controlQueue = new ArrayDeque<>();
    private final ArrayDeque<YamuxStream> sendQueue = new ArrayDeque<>();
    private GoAwayCode pendingGoAway;

    private boolean goAwaySent;
    private boolean goAwayReceived;
    private boolean lost;

    public YamuxSession(Role role, YamuxLimits limits, SessionEvents events) {
        this(role, limits, events, role.firstId);
    }

    /** Test seam: the first id is the caller's, so that the end of the id space is near. */
    YamuxSession(Role role, YamuxLimits limits, SessionEvents events, int firstId) {
        this.role = role;
        this.limits = limits;
        this.events = events;
        this.nextId = firstId;
    }

    // ---- from the peer

    /** Reads all of {@code in}, which stays the caller's. After the session is lost, bytes are skipped. */
    public void receive(ByteBuf in) {
        if (lost) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            reader.read(in);
        } catch (SessionFailure failure) {
            in.skipBytes(in.readableBytes());
            if (failure.isViolation()) {
                pendingGoAway = GoAwayCode.PROTOCOL_ERROR;
            }
            lose(failure.getMessage());
        }
    }

    /** The connection is gone, or is given up, because {@code reason}: every stream is told. Later calls do nothing. */
    public void lose(String reason) {
        if (lost) {
            return;
        }
        lost = true;
        // Copied, because whoever hears of it may call back.
        var all = new ArrayList<>(streams.values());
        all.addAll(waitingOpens);
        waitingOpens.clear();
        for (YamuxStream stream : all) {
            breakStream(stream, stream.id == 0 ? StreamEnd.NEVER_SENT : StreamEnd.SESSION_LOST);
        }
        events.onFailed(reason);
    }

    /** About five seconds have passed: some glitches are forgiven. */
    public void tick() {
        glitches = Math.max(0, glitches - GLITCHES_FORGIVEN);
    }

    // ---- from the application

    /**
     * Opens a stream; its SYN goes out when fewer than {@link YamuxLimits#unestablished} are. If the session takes no more
     * streams, {@link StreamEvents#onBroken} is called before this returns.
     */
    public YamuxStream open(StreamEvents streamEvents) {
        YamuxStream stream = new YamuxStream(this, /* ours= */ true);
        stream.events = streamEvents;
        if (lost || goAwayReceived || goAwaySent || waitingOpens.size() >= limits.waitingOpens()) {
            breakStream(stream, StreamEnd.NEVER_SENT);
        } else {
            waitingOpens.add(stream);
        }
        return stream;
    }

    /** Asks the peer for a sign of life. */
    public void ping(int value) {
        if (!lost) {
            pings.add(value);
        }
    }

    /** Opens no more streams and takes no more; what runs goes on. */
    public void goAway() {
        if (!lost && !goAwaySent) {
            goAwaySent = true;
            pendingGoAway = GoAwayCode.NORMAL;
        }
    }

    /** Streams that are open or waiting to be, from either side. */
    public int streamCount() {
        return streams.size() + waitingOpens.size();
    }

    /** Whether the peer or we said that no more streams are taken, or the session is lost. */
    public boolean isClosing() {
        return lost || goAwayReceived || goAwaySent;
    }

    void accept(YamuxStream stream) {
        if (stream.ours || stream.opening != YamuxStream.Opening.PENDING) {
            throw new IllegalStateException("only a stream that the peer opened is accepted, once");
        }
        stream.opening = YamuxStream.Opening.ESTABLISHED;
        if (!stream.isEnded()) {
            unaccepted--;
            stream.pendingAcknowledge = true;
            queueControl(stream);
        }
    }

    void send(YamuxStream stream, ByteBuf data) {
        if (!stream.state.canSend() || stream.finishing || !data.isReadable()) {
            data.release();
            return;
        }
        stream.unsent.add(data);
        queueSend(stream);
    }

    void finish(YamuxStream stream) {
        if (stream.state.canSend() && !stream.finishing) {
            stream.finishing = true;
            queueSend(stream);
        }
    }

    void reset(YamuxStream stream) {
        if (stream.isEnded()) {
            return;
        }
        if (stream.id != 0) {
            resets.add(stream.id);
        } else {
            waitingOpens.remove(stream);
        }
        end(stream);
    }

    void consume(YamuxStream stream, int bytes) {
        int credit = stream.receiveWindow.consume(bytes);
        if (credit > 0 && stream.state.canReceive()) {
            stream.pendingCredit += credit;
            queueControl(stream);
        }
    }

    // ---- to the peer

    /** Whether {@link #produce} has something to write. */
    public boolean hasOutput() {
        return pendingGoAway != null || (!lost && hasStreamOutput());
    }

    private boolean hasStreamOutput() {
        return !pongs.isEmpty()
                || !pings.isEmpty()
                || !resets.isEmpty()
                || !controlQueue.isEmpty()
                || !sendQueue.isEmpty()
                || mayOpen();
    }

    /** Writes frames, in the order of their urgency, until there are no more or the batch holds {@code maxBytes}. */
    public void produce(FrameBatch out, int maxBytes) {
        produceSessionFrames(out);
        while (!lost && out.bytes() < maxBytes) {
            if (!controlQueue.isEmpty()) {
                produceControl(out, controlQueue.poll());
            } else if (!resets.isEmpty()) {
                Frame.writeReset(out.header(), resets.poll());
            } else if (mayOpen()) {
                produceOpen(out, waitingOpens.poll());
            } else if (!sendQueue.isEmpty()) {
                produceTurn(out, sendQueue.poll());
            } else {
                return;
            }
        }
    }

    private void produceSessionFrames(FrameBatch out) {
        for (Integer value; (value = pongs.poll()) != null; ) {
            Frame.writePong(out.header(), value);
        }
        for (Integer value; (value = pings.poll()) != null; ) {
            Frame.writePing(out.header(), value);
        }
        if (pendingGoAway != null) {
            Frame.writeGoAway(out.header(), pendingGoAway);
            pendingGoAway = null;
        }
    }

    private static void produceControl(FrameBatch out, YamuxStream stream) {
        stream.inControlQueue = false;
        if (stream.isEnded()) {
            return;
        }
        if (stream.pendingAcknowledge) {
            stream.pendingAcknowledge = false;
            Frame.writeAcknowledge(out.header(), stream.id);
        }
        if (stream.pendingCredit > 0 && stream.state.canReceive()) {
            Frame.writeCredit(out.header(), stream.id, stream.pendingCredit);
            stream.pendingCredit = 0;
        }
    }

    private boolean mayOpen() {
        return !lost && !waitingOpens.isEmpty() && unestablished < limits.unestablished();
    }

    private void produceOpen(FrameBatch out, YamuxStream stream) {
        stream.id = takeId();
        stream.opening = YamuxStream.Opening.SENT;
        unestablished++;
        streams.put(stream.id, stream);
        Frame.writeOpen(out.header(), stream.id);
        queueSend(stream);
    }

    /** The next id that is not in use; past the end of the id space it starts again, which Go and Rust peers bear. */
    private int takeId() {
        int id;
        do {
            id = nextId;
            nextId += 2;
            if (nextId == 0) {
                // Even ids: 0 is the session itself.
                nextId = role.firstId;
            }
        } while (streams.containsKey(id));
        return id;
    }

    private void produceTurn(FrameBatch out, YamuxStream stream) {
        stream.inSendQueue = false;
        if (!stream.state.canSend()) {
            return;
        }
        int turn = sendQueue.isEmpty() ? LONE_TURN_BYTES : SHARED_TURN_BYTES;
        int sent = 0;
        for (ByteBuf data; sent < turn && (data = stream.unsent.peek()) != null; ) {
            int length = stream.sendWindow.permits(Math.min(data.readableBytes(), turn - sent));
            if (length == 0) {
                break;
            }
            stream.sendWindow.spend(length);
            Frame.writeDataHeader(out.header(), stream.id, length);
            if (length == data.readableBytes()) {
                stream.unsent.remove();
                out.payload(data);
            } else {
                out.payload(data.readRetainedSlice(length));
            }
            sent += length;
        }
        if (stream.unsent.isEmpty() && stream.finishing) {
            stream.finishing = false;
            Frame.writeFinish(out.header(), stream.id);
            stream.state = stream.state.finishSent();
            if (stream.isEnded()) {
                forget(stream);
            }
        } else {
            queueSend(stream);
        }
        if (sent > 0) {
            stream.events.onSent(sent);
        }
    }

    private void queueSend(YamuxStream stream) {
        if (!stream.inSendQueue && stream.id != 0 && stream.state.canSend() && stream.hasTurn()) {
            stream.inSendQueue = true;
            sendQueue.add(stream);
        }
    }

    private void queueControl(YamuxStream stream) {
        if (!stream.inControlQueue) {
            stream.inControlQueue = true;
            controlQueue.add(stream);
        }
    }

    // ---- the end of a stream

    /** Ends a stream without telling its user, who asked for it or is told by the caller. */
    private void end(YamuxStream stream) {
        stream.dropUnsent();
        stream.finishing = false;
        stream.state = StreamState.ENDED;
        forget(stream);
    }

    private void forget(YamuxStream stream) {
        if (stream.id == 0 || streams.remove(stream.id) == null) {
            return;
        }
        recentlyEnded.add(stream.id, stream.receiveWindow);
        if (stream.opening == YamuxStream.Opening.SENT) {
            unestablished--;
        }
        if (!stream.ours) {
            peerStreams--;
            if (stream.opening == YamuxStream.Opening.PENDING) {
                unaccepted--;
            }
        }
    }

    private void breakStream(YamuxStream stream, StreamEnd how) {
        boolean established = stream.opening == YamuxStream.Opening.ESTABLISHED;
        end(stream);
        stream.events.onBroken(how, established);
    }

    private void glitch(String what) throws SessionFailure {
        if (++glitches > GLITCH_LIMIT) {
            throw SessionFailure.violation(
                    "more than " + GLITCH_LIMIT + " frames without a purpose, the last one " + what);
        }
    }

    /** What frames from the peer do to the session. */
    private final class Inbound implements FrameReader.Handler {
        /** The stream of the data frame under way; null if its payload is to be dropped. */
        private YamuxStream receiving;
        /** FIN and RST of that frame, which count after its payload. */
        private int receivingFlags;

        @Override
        public void onData(int streamId, int flags, long length) throws SessionFailure {
            YamuxStream stream = find(streamId, flags);
            receiving = null;
            receivingFlags = 0;
            if (stream == null) {
                if (!recentlyEnded.excuses(streamId, length)) {
                    glitch("data for unknown stream " + Integer.toUnsignedString(streamId));
                }
                return;
            }
            if (!stream.receiveWindow.receive(length)) {
                throw SessionFailure.violation("stream " + Integer.toUnsignedString(streamId) + " got " + length
                        + " bytes where its window allowed " + stream.receiveWindow.available());
            }
            establish(stream);
            if (length == 0) {
                if (flags == 0) {
                    glitch("an empty data frame");
                }
                endDirections(stream, flags);
                return;
            }
            if (stream.state.canReceive()) {
                receiving = stream;
                receivingFlags = flags;
            } else {
                glitch("data after FIN");
            }
        }

        @Override
        public void onPayload(ByteBuf part, boolean last) throws SessionFailure {
            YamuxStream stream = receiving;
            if (stream == null) {
                return;
            }
            if (!stream.abandoned && !stream.isEnded()) {
                stream.events.onData(part.retain());
            }
            if (last) {
                receiving = null;
                endDirections(stream, receivingFlags);
            }
        }

        @Override
        public void onWindowUpdate(int streamId, int flags, long credit) throws SessionFailure {
            YamuxStream stream = find(streamId, flags);
            if (stream == null) {
                if (!recentlyEnded.excuses(streamId, 0)) {
                    glitch("a window update for unknown stream " + Integer.toUnsignedString(streamId));
                }
                return;
            }
            establishOrReset(stream, flags);
            if (stream.isEnded()) {
                return;
            }
            if (credit > 0) {
                stream.sendWindow.grow(credit);
                queueSend(stream);
            } else if (flags == 0) {
                glitch("an empty window update");
            }
            endDirections(stream, flags);
        }

        /** RST before anything else came in proves that nobody saw the stream, so it must not establish it. */
        private void establishOrReset(YamuxStream stream, int flags) {
            if ((flags & Frame.FLAG_RST) != 0) {
                breakStream(stream, StreamEnd.RESET);
            } else {
                establish(stream);
            }
        }

        @Override
        public void onPing(int flags, int value) throws SessionFailure {
            if ((flags & Frame.FLAG_SYN) == 0) {
                events.onPong(value);
            } else if (pongs.size() >= PONG_BACKLOG) {
                glitch("a ping beyond the backlog");
            } else {
                pongs.add(value);
            }
        }

        @Override
        public void onGoAway(long code) throws SessionFailure {
            if (code != GoAwayCode.NORMAL.wireCode()) {
                throw SessionFailure.endedByPeer(code);
            }
            if (!goAwayReceived) {
                goAwayReceived = true;
                for (YamuxStream stream; (stream = waitingOpens.poll()) != null; ) {
                    breakStream(stream, StreamEnd.NEVER_SENT);
                }
                events.onGoAway();
            }
        }

        /** The stream that a frame is for, opened by it if it carries SYN; null if there is none. */
        private YamuxStream find(int streamId, int flags) throws SessionFailure {
            YamuxStream stream = streams.get(streamId);
            if ((flags & Frame.FLAG_SYN) == 0) {
                return stream;
            }
            if (stream != null) {
                throw SessionFailure.violation("stream " + Integer.toUnsignedString(streamId) + " was opened twice");
            }
            if (streamId == 0 || (streamId & 1) == (role.firstId & 1)) {
                throw SessionFailure.violation(
                        "stream " + Integer.toUnsignedString(streamId) + " has an id that the peer may not use");
            }
            if (goAwaySent || peerStreams >= limits.peerStreams() || unaccepted >= limits.peerBacklog()) {
                glitch("a stream that is not taken");
                resets.add(streamId);
                recentlyEnded.add(streamId, new ReceiveWindow());
                return null;
            }
            return opened(streamId);
        }

        private YamuxStream opened(int streamId) {
            YamuxStream stream = new YamuxStream(YamuxSession.this, /* ours= */ false);
            stream.id = streamId;
            streams.put(streamId, stream);
            peerStreams++;
            unaccepted++;
            stream.events = events.onStream(stream);
            return stream.isEnded() ? null : stream;
        }

        private void establish(YamuxStream stream) {
            if (stream.opening == YamuxStream.Opening.SENT) {
                stream.opening = YamuxStream.Opening.ESTABLISHED;
                unestablished--;
                stream.events.onEstablished();
            }
        }

        private void endDirections(YamuxStream stream, int flags) throws SessionFailure {
            if (stream.isEnded()) {
                return;
            }
            if ((flags & Frame.FLAG_RST) != 0) {
                breakStream(stream, StreamEnd.RESET);
            } else if ((flags & Frame.FLAG_FIN) != 0) {
                if (!stream.state.canReceive()) {
                    glitch("a second FIN");
                    return;
                }
                stream.state = stream.state.finishReceived();
                if (stream.isEnded()) {
                    forget(stream);
                }
                if (!stream.abandoned) {
                    stream.events.onFinished();
                }
            }
        }
    }
}
