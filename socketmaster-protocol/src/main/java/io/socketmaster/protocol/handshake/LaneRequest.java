package io.socketmaster.protocol.handshake;

import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.wire.Text;
import java.util.Objects;

/**
 * Makes a connection one more of a session that stands: a lane. Streams come in on it as on the first one; what the two
 * sides tell each other stays on the first one's control stream. Only of version 2, in answer to {@link
 * io.socketmaster.protocol.control.ControlMessage.Lanes}.
 *
 * @param session the daemon's id of the session
 * @param key what the daemon gave to the session for this, and to nobody else; never logged
 */
public record LaneRequest(String session, String key) implements ControlRequest {
    /** @throws IllegalArgumentException if a text is empty, unprintable or beyond its {@link ProtocolLimits} */
    public LaneRequest {
        requireWord("session", session, ProtocolLimits.MAX_NAME);
        requireWord("key", key, ProtocolLimits.MAX_LANE_KEY);
    }

    @Override
    public boolean isVersion2() {
        return true;
    }

    /** Does not repeat the word, which may be the key. */
    private static void requireWord(String field, String word, int limit) {
        Objects.requireNonNull(word, field);
        if (word.isEmpty()
                || word.length() > limit
                || Text.firstUnprintable(word).isPresent()) {
            throw new IllegalArgumentException(field + " is not printable text of 1 to " + limit + " characters");
        }
    }

    /** Hides the key. */
    @Override
    public String toString() {
        return "LaneRequest[session=" + session + "]";
    }
}
