package io.socketmaster.protocol.yamux;

import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * The streams that have an id, and how many there are of each kind. Confined to its session's thread.
 *
 * <p>A stream that the peer opened keeps its place until our RST is written, if that is how it ends: so the resets that
 * wait for a peer that does not read are bounded by {@link YamuxLimits#peerStreams}.
 */
final class StreamTable {
    private final int firstId;
    private final YamuxLimits limits;
    private final IntObjectHashMap<YamuxStream> streams = new IntObjectHashMap<>();
    private final RecentlyEnded recentlyEnded = new RecentlyEnded();
    private int nextId;
    private int peak;
    /** Ours on which nothing came in yet. */
    private int unestablished;

    private int peers;
    /** The peer's that nobody accepted yet. */
    private int unaccepted;

    /** @param firstId 1 or 2: which parity is ours */
    StreamTable(int firstId, YamuxLimits limits) {
        this.firstId = firstId;
        this.nextId = firstId;
        this.limits = limits;
    }

    /** The stream with this id, or null. */
    YamuxStream get(int id) {
        return streams.get(id);
    }

    /** A copy, for going over while they end. */
    List<YamuxStream> all() {
        return new ArrayList<>(streams.values());
    }

    int size() {
        return streams.size();
    }

    // ---- ours

    boolean hasRoomForOurs() {
        return unestablished < limits.unestablished();
    }

    /** Gives our stream its id; its SYN goes out now. */
    void addOurs(YamuxStream stream) {
        stream.id = takeId();
        stream.opening = YamuxStream.Opening.SENT;
        unestablished++;
        put(stream);
    }

    /** The next id that is not in use; past the end of the id space it starts again, which Go and Rust peers bear. */
    private int takeId() {
        int id;
        do {
            id = nextId;
            nextId += 2;
            if (nextId == 0) {
                // Even ids: 0 is the session itself.
                nextId = firstId;
            }
        } while (streams.containsKey(id));
        return id;
    }

    /** Test seam: as if all ids before {@code id} had been used. */
    void skipTo(int id) {
        nextId = id;
    }

    /** Something came in on a stream; true if that is news. */
    boolean establish(YamuxStream stream) {
        if (stream.opening != YamuxStream.Opening.SENT) {
            return false;
        }
        stream.opening = YamuxStream.Opening.ESTABLISHED;
        unestablished--;
        return true;
    }

    // ---- the peer's

    boolean isPeersId(int id) {
        return id != 0 && (id & 1) != (firstId & 1);
    }

    boolean hasRoomForPeers() {
        return peers < limits.peerStreams();
    }

    boolean hasBacklog() {
        return unaccepted < limits.peerBacklog();
    }

    void addPeers(YamuxStream stream) {
        peers++;
        unaccepted++;
        put(stream);
    }

    void accept(YamuxStream stream) {
        stream.opening = YamuxStream.Opening.ESTABLISHED;
        if (!stream.isEnded()) {
            unaccepted--;
        }
    }

    /** The RST of a stream was written. */
    void resetWritten(YamuxStream stream) {
        if (!stream.ours) {
            peers--;
        }
    }

    // ---- the end

    /** A stream ended; called once or, for streams without an id, in vain. */
    void remove(YamuxStream stream) {
        if (stream.id == 0 || streams.remove(stream.id) == null) {
            return;
        }
        recentlyEnded.add(stream.id, stream.receiveWindow, peak);
        if (stream.opening == YamuxStream.Opening.SENT) {
            unestablished--;
        }
        if (!stream.ours) {
            if (!stream.pendingReset) {
                peers--;
            }
            if (stream.opening == YamuxStream.Opening.PENDING) {
                unaccepted--;
            }
        }
    }

    /** A stream of the peer that never came to be: what follows its SYN is excused. */
    void refused(int id) {
        recentlyEnded.add(id, new ReceiveWindow(), peak);
    }

    /** Whether {@code length} bytes may have been under way for a stream when it ended. */
    boolean excusesLate(int id, long length) {
        return recentlyEnded.excuses(id, length);
    }

    private void put(YamuxStream stream) {
        streams.put(stream.id, stream);
        peak = Math.max(peak, streams.size());
    }
}
