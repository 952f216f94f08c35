package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;

/**
 * What frames from the peer do to a session. Flags are parsed as a set: peers combine them. Confined to its session's
 * thread.
 *
 * <p>Whoever is told of an event may call back, to reset a stream or to close the session; after each event the stream's
 * state is asked anew.
 */
final class Inbound implements FrameReader.Handler {
    private final YamuxSession session;
    private final StreamTable streams;
    private final Outbox outbox;
    private final SessionEvents events;
    private final Glitches glitches;

    /** The stream of the data frame under way; null if nothing of it counts. */
    private YamuxStream receiving;
    /** The flags of that frame; FIN and RST count after its payload. */
    private int receivingFlags;

    Inbound(YamuxSession session, StreamTable streams, Outbox outbox, SessionEvents events, Glitches glitches) {
        this.session = session;
        this.streams = streams;
        this.outbox = outbox;
        this.events = events;
        this.glitches = glitches;
    }

    @Override
    public void onData(int streamId, int flags, long length) throws SessionFailure {
        receiving = null;
        YamuxStream stream = find(streamId, flags);
        if (stream == null) {
            late("data", streamId, length);
            return;
        }
        if (!stream.receiveWindow.receive(length)) {
            throw SessionFailure.violation("stream " + Integer.toUnsignedString(streamId) + " got " + length
                    + " bytes where its window allowed " + stream.receiveWindow.available());
        }
        if (length == 0) {
            if (flags == 0) {
                glitches.count("an empty data frame");
            }
            establishOrEnd(stream, flags);
            return;
        }
        glitches.countIfSmall(length);
        if (!stream.state.canReceive()) {
            glitches.count("data after FIN");
        }
        session.establish(stream);
        if (!stream.isEnded()) {
            receiving = stream;
            receivingFlags = flags;
        }
    }

    @Override
    public void onPayload(ByteBuf part, boolean last) throws SessionFailure {
        YamuxStream stream = receiving;
        if (stream == null) {
            return;
        }
        if (stream.state.canReceive() && !stream.abandoned) {
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
            late("a window update", streamId, 0);
            return;
        }
        if (flags == 0 && credit == 0) {
            glitches.count("an empty window update");
        } else if ((flags & (Frame.FLAG_SYN | Frame.FLAG_FIN | Frame.FLAG_RST)) == 0) {
            glitches.countIfSmall(credit);
        }
        if (credit > 0 && (flags & Frame.FLAG_RST) == 0) {
            stream.sendWindow.grow(credit);
            outbox.addSend(stream);
        }
        establishOrEnd(stream, flags);
    }

    @Override
    public void onPing(int flags, int value) throws SessionFailure {
        if ((flags & Frame.FLAG_SYN) != 0) {
            glitches.count("a ping");
            if (!outbox.addPong(value)) {
                glitches.count("a ping beyond the backlog");
            }
        } else if ((flags & Frame.FLAG_ACK) == 0 || !session.pongReceived(value)) {
            glitches.count("an answer to no ping of ours");
        }
    }

    @Override
    public void onGoAway(long code) throws SessionFailure {
        if (code != GoAwayCode.NORMAL.wireCode()) {
            throw SessionFailure.endedByPeer(code);
        }
        glitches.count("a GoAway");
        session.goAwayReceived();
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
        if (!streams.isPeersId(streamId)) {
            throw SessionFailure.violation(
                    "stream " + Integer.toUnsignedString(streamId) + " has an id that the peer may not use");
        }
        if (!streams.hasRoomForPeers()) {
            glitches.count("a stream that is not taken");
            refuse(streamId);
            return null;
        }
        if (session.saidGoAway() || !streams.hasBacklog()) {
            // No fault: our GoAway may cross its SYN, and a busy application may be slow to accept.
            glitches.countIfSmall(0);
            refuse(streamId);
            return null;
        }
        return opened(streamId);
    }

    private void refuse(int streamId) throws SessionFailure {
        if (!outbox.addRefusal(streamId)) {
            throw SessionFailure.violation("it opens streams that are not taken and does not read their resets");
        }
        streams.refused(streamId);
    }

    private YamuxStream opened(int streamId) {
        YamuxStream stream = new YamuxStream(session, /* ours= */ false, UnheardEvents.INSTANCE);
        stream.id = streamId;
        streams.addPeers(stream);
        stream.events = events.onStream(stream);
        return stream.isEnded() ? null : stream;
    }

    /** A frame for a stream that is not there: it ended, or it never was. */
    private void late(String what, int streamId, long length) throws SessionFailure {
        if (streams.excusesLate(streamId, length)) {
            glitches.countIfSmall(length);
        } else {
            glitches.count(what + " for unknown stream " + Integer.toUnsignedString(streamId));
        }
    }

    /** RST before anything else came in proves that nobody saw the stream, so it must not establish it. */
    private void establishOrEnd(YamuxStream stream, int flags) throws SessionFailure {
        if ((flags & Frame.FLAG_RST) == 0) {
            session.establish(stream);
        }
        endDirections(stream, flags);
    }

    private void endDirections(YamuxStream stream, int flags) throws SessionFailure {
        if (stream.isEnded()) {
            return;
        }
        if ((flags & Frame.FLAG_RST) != 0) {
            session.breakStream(stream, StreamEnd.RESET);
        } else if ((flags & Frame.FLAG_FIN) != 0) {
            if (stream.state.canReceive()) {
                session.finishReceived(stream);
            } else {
                glitches.count("a second FIN");
            }
        }
    }
}
